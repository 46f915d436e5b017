/** What a change did, field by field: old → new, and the way back. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import type { FieldChange, HistoryEntry } from "@/api/timeline";
import type { ObjectMeta } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { useLabel } from "@/i18n/useLabel";

import css from "./Timeline.module.css";

const SHOWN = 5;

interface Props {
  object: ObjectMeta;
  entry: HistoryEntry;
  onRestore?: (change: FieldChange) => void;
}

export function HistoryChanges({ object, entry, onRestore }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  // What a new record began with is on the page itself.
  const few = entry.op === "create" ? 0 : SHOWN;
  const shown = all ? entry.changes : entry.changes.slice(0, few);
  return (
    <>
      <dl className={css.changes}>
        {shown.map((change) => (
          <Change
            key={change.field}
            object={object}
            change={change}
            onRestore={entry.op === "update" && onRestore ? () => onRestore(change) : undefined}
          />
        ))}
      </dl>
      {entry.changes.length > shown.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {t("timeline.allFields", { count: entry.changes.length })}
        </button>
      )}
    </>
  );
}

function Change({
  object,
  change,
  onRestore,
}: {
  object: ObjectMeta;
  change: FieldChange;
  onRestore?: () => void;
}) {
  const { t } = useTranslation();
  const label = useLabel();
  const field = fieldOf(object, change.field);
  const name = label(change.label) || change.field;
  if (change.lines) {
    const counts = change.lines.length;
    return (
      <div className={css.change}>
        <dt>{name}</dt>
        <dd>{t("timeline.lines", { count: counts })}</dd>
      </div>
    );
  }
  const shown = (value: unknown) =>
    isBlank(value) ? (
      t("timeline.blank")
    ) : field ? (
      <FieldCell field={field} value={value} place="list" />
    ) : (
      plain(value)
    );
  return (
    <div className={css.change}>
      <dt>{name}</dt>
      <dd>
        {!isBlank(change.from) && <span className={`${css.old} ell`}>{shown(change.from)}</span>}
        {!isBlank(change.from) && <span aria-hidden>→</span>}
        <span className="ell">{shown(change.to)}</span>
        {onRestore && field?.writable && (
          <button
            type="button"
            className={css.back}
            onClick={onRestore}
            aria-label={t("timeline.restoreField", { name })}
          >
            {t("timeline.restore")}
          </button>
        )}
      </dd>
    </div>
  );
}

function plain(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
