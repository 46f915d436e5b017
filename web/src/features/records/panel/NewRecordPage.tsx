/** A page to make a record on. */
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { NewRecord } from "./NewRecord";
import css from "./Panel.module.css";

export default function NewRecordPage() {
  const { t } = useTranslation();
  const label = useLabel();
  const navigate = useNavigate();
  const { object: key = "" } = useParams();
  const { data: meta } = useMeta();
  if (!meta) return <PageSkeleton />;
  const object = meta.objects.find((each) => each.key === key);
  if (!object?.verbs.includes("create")) return <NothingHere />;
  return (
    <article className={css.page}>
      <h1>{t("record.newOf", { name: label(object.label) })}</h1>
      <NewRecord
        key={key}
        object={object}
        onCancel={() => void navigate(`/o/${key}`)}
        onSaved={(id) => void navigate(`/o/${key}/${id}`, { replace: true })}
      />
    </article>
  );
}
