/** Below every step: what it would come to, and the way on. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument } from "@/api/imports";
import { number } from "@/lib/format/numbers";

import type { Draft } from "./mapping/useDraft";
import { countOf, OUTCOMES } from "./outcomes";
import css from "./Transfer.module.css";

interface Props {
  made: ImportDocument;
  draft: Draft;
  children: ReactNode;
  /** In the place of the figures. */
  instead?: ReactNode;
}

export function Foot({ made, draft, children, instead }: Props) {
  return (
    <footer className={css.foot}>
      <div className={css.sum} role="status">
        {instead ?? <Sum made={made} draft={draft} />}
      </div>
      <div className={css.ways}>{children}</div>
    </footer>
  );
}

function Sum({ made, draft }: { made: ImportDocument; draft: Draft }) {
  const { t } = useTranslation();
  const preview = made.preview;
  if (!draft.fills) return <span className={css.quiet}>{t("transfer.nothingMapped")}</span>;
  if (draft.busy) return <span className={css.quiet}>{t("transfer.trying")}</span>;
  if (!preview?.counts) {
    return preview && <span className={css.quiet}>{t("transfer.trying")}</span>;
  }
  const counts = preview.counts;
  return (
    <>
      {OUTCOMES.filter(({ key }) => countOf(counts, key) > 0).map(({ key, tone }) => (
        <span key={key} className={css.figure}>
          <i className={css[tone]} aria-hidden />
          {t(`transfer.outcome.${key}`)} <b>{number(countOf(counts, key))}</b>
        </span>
      ))}
      {preview.needed > 0 && (
        <span className={css.figure}>
          <i className={css.warning} aria-hidden />
          {t("transfer.waiting")} <b>{number(preview.needed)}</b>
        </span>
      )}
      {preview.state === "running" && (
        <span className={css.quiet}>
          {t("transfer.tried", { done: number(preview.done), total: number(preview.total) })}
        </span>
      )}
    </>
  );
}
