/** A file to bring, and the imports of this kind from before. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";

import { importKeys } from "@/api/imports";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { DropZone } from "./DropZone";
import { Earlier } from "./Earlier";
import { Steps } from "./Steps";
import { MEMBER, useTarget } from "./target";
import css from "./Transfer.module.css";

export default function NewImportPage() {
  const { t } = useTranslation();
  const { object: key = "" } = useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const target = useTarget(key);
  if (target === undefined) return <PageSkeleton />;
  if (target === null) return <NothingHere />;
  return (
    <section className={css.page} aria-label={t("transfer.into", { name: target.name })}>
      <header className={css.head}>
        <h1>{t("transfer.into", { name: target.name })}</h1>
        <span className={css.space} />
        <Link to="/imports">{t("transfer.mine")}</Link>
        {key !== MEMBER && (
          <Link to={`/o/${key}`}>{t("transfer.back", { name: target.name })}</Link>
        )}
      </header>
      <Steps at="file" open={["file"]} onGo={() => undefined} />
      <div className={css.body}>
        <DropZone
          object={key}
          onBrought={(made) => {
            client.setQueryData(importKeys.one(made.id), made);
            void client.invalidateQueries({ queryKey: importKeys.list });
            // A header that is only a guess is looked at first.
            const step = made.header_by === "first" ? "file" : "map";
            void navigate(`/imports/${made.id}?step=${step}`);
          }}
        />
        <p className={css.hints}>
          {t(key === MEMBER ? "transfer.hintsMembers" : "transfer.hints")}
        </p>
        <Earlier object={key} />
      </div>
    </section>
  );
}
