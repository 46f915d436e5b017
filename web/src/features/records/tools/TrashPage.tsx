/** The trash of an object: what the member could bring back, latest first. */
import { App, Button } from "antd";
import { ChevronLeft, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import { useRecordPages, useWrite } from "@/api/records";
import type { Row } from "@/api/types";
import { useLabel, useLanguage, usePlural } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";
import { Empty } from "@/ui/Empty";
import { Failure, useFailureText } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";
import { useUndo } from "@/ui/useUndo";

import css from "./Tools.module.css";

export default function TrashPage() {
  const { t } = useTranslation();
  const label = useLabel();
  const plural = usePlural();
  const { object: key = "" } = useParams();
  const { data: meta } = useMeta();
  const object = meta?.objects.find((each) => each.key === key);
  const pages = useRecordPages(key, { deleted: "true", fields: object?.title_field ?? undefined });
  if (meta && !object) return <NothingHere />;
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!object || !pages.data) return <PageSkeleton />;
  const rows = pages.data.pages.flatMap((page) => page.items);
  return (
    <section className={css.trash} aria-label={t("tools.trash")}>
      <Link to={`/o/${key}`} className={css.back}>
        <ChevronLeft size={14} aria-hidden />
        {plural(object.label)}
      </Link>
      <h1>{t("tools.trashOf", { name: label(object.label) })}</h1>
      {rows.length === 0 && <Empty icon={Trash2} text={t("tools.trashEmpty")} />}
      <ul>
        {rows.map((row) => (
          <Gone key={row.id} row={row} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button onClick={() => void pages.fetchNextPage()}>{t("timeline.more")}</Button>
      )}
    </section>
  );
}

function Gone({ row }: { row: Row }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const tell = useUndo();
  const { mutateAsync, isPending } = useWrite();
  const at = row.deleted_at ?? row.updated_at;

  async function restore() {
    try {
      const { id, object } = row;
      const done = await mutateAsync({ changes: [{ op: "restore", object, id }] });
      tell(t("tools.restored", { name: row.title ?? "" }), done.id);
    } catch (error) {
      void message.error(failureText(error));
    }
  }

  return (
    <li>
      <span className="ell">{row.title || t("fields.untitled")}</span>
      <span className={css.gone}>
        {row.deleted_by?.title}
        <time dateTime={at} title={exactInstant(at)}>
          {t("tools.deletedAt", { when: ago(at, language) })}
        </time>
      </span>
      <Button size="small" loading={isPending} onClick={() => void restore()}>
        {t("tools.restore")}
      </Button>
    </li>
  );
}
