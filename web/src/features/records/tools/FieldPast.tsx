/** What a field was, latest first; each value can be put back. */
import { useTranslation } from "react-i18next";

import { useFieldHistory } from "@/api/timeline";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { useLanguage } from "@/i18n/useLabel";
import { exactInstant, ago } from "@/lib/format/dates";
import { Failure } from "@/ui/Failure";

import { useRestore } from "../timeline/Timeline";
import css from "./Tools.module.css";

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
}

export function FieldPast({ object, field, row }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data, error, refetch } = useFieldHistory(object.key, row.id, field.key);
  const restore = useRestore(object, row);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const past = (data?.items ?? []).flatMap((entry) =>
    entry.changes.filter((each) => each.field === field.key).map((change) => ({ entry, change })),
  );
  return (
    <ul className={css.past} aria-busy={!data}>
      {data && past.length === 0 && <li>{t("record.noPast")}</li>}
      {past.map(({ entry, change }, at) => (
        <li key={entry.id}>
          <div className={css.value}>
            <FieldCell field={field} value={change.to} place="page" />
          </div>
          <p className={css.when}>
            {entry.actor?.title}
            <time dateTime={entry.at} title={exactInstant(entry.at)}>
              {ago(entry.at, language)}
            </time>
            {at > 0 && field.writable && !change.lines && (
              <button type="button" onClick={() => restore(entry, change, "to")}>
                {t("timeline.restore")}
              </button>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
