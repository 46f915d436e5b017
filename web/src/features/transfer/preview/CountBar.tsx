/** How many rows come to what, as a bar and as choices of what is listed. */
import { useTranslation } from "react-i18next";

import type { Counts, Outcome } from "@/api/imports";
import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";

import { countOf, OUTCOMES } from "../outcomes";
import css from "../Transfer.module.css";
import own from "./Preview.module.css";

interface Props {
  counts: Counts;
  rows: number;
  /** Rows that wait for an answer. */
  needed?: number;
  /** Rows that are still to come. */
  ahead?: number;
  chosen: Outcome | null;
  /** Without it the bar only tells. */
  onChoose?: (kind: Outcome | null) => void;
}

export function CountBar({ counts, rows, needed = 0, ahead = 0, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const found = OUTCOMES.filter(({ key }) => countOf(counts, key) > 0);
  const made = Object.entries(counts.made).map(([key, count]) => {
    const object = meta?.objects.find((each) => each.key === key);
    const name = object ? label(object.label) : t(`transfer.kinds1.${key}`, { defaultValue: key });
    return t("transfer.madeAlong", { count, name });
  });
  const more = [
    needed > 0 && t("transfer.waitingRows", { count: needed }),
    ...made,
    counts.lines > 0 && t("transfer.linesToo", { count: counts.lines }),
    counts.alike > 0 && t("transfer.alike", { count: counts.alike }),
    counts.linked > 0 && t("transfer.linked", { count: counts.linked }),
    counts.unlinked > 0 && t("transfer.unlinked", { count: counts.unlinked }),
  ].filter(Boolean);
  return (
    <div className={own.counts}>
      <div className={own.bar} aria-hidden>
        {found.map(({ key, tone }) => (
          <i key={key} className={css[tone]} style={{ flexGrow: countOf(counts, key) }} />
        ))}
        {needed + ahead > 0 && <i style={{ flexGrow: needed + ahead }} />}
      </div>
      <div className={own.kinds} role="group" aria-label={t("transfer.listed")}>
        {onChoose && (
          <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
            {t("transfer.all")} <b>{number(rows)}</b>
          </button>
        )}
        {found.map(({ key, tone }) => (
          <button
            key={key}
            type="button"
            disabled={!onChoose}
            aria-pressed={chosen === key}
            onClick={() => onChoose?.(chosen === key ? null : key)}
          >
            <i className={css[tone]} aria-hidden />
            {t(`transfer.outcome.${key}`)} <b>{number(countOf(counts, key))}</b>
          </button>
        ))}
      </div>
      {more.length > 0 && <p className={css.quiet}>{more.join(" · ")}</p>}
    </div>
  );
}
