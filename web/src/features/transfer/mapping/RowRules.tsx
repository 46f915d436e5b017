/** What is no data: rows that sum up others, and words that mean blank. */
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument } from "@/api/imports";
import { useLanguage } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";
import { joined } from "@/lib/joined";

import css from "./Map.module.css";
import type { Draft } from "./useDraft";

const FEW = 4;

/** Rows that begin with 合计 and the like: shown, and let in by whoever knows better. */
export function Totals({ made, draft }: { made: ImportDocument; draft: Draft }) {
  const { t } = useTranslation();
  const { rows, first } = made.totals;
  if (rows === 0) return null;
  const told = first.map(({ line, text }) => t("transfer.totalAt", { line, text })).join(" · ");
  return (
    <section className={css.rules} aria-label={t("transfer.totals")}>
      <h2>{t("transfer.totals")}</h2>
      <Checkbox
        checked={draft.mapping.totals !== "keep"}
        onChange={(event) => draft.change({ totals: event.target.checked ? "leave_out" : "keep" })}
      >
        {t("transfer.totalsOut", { count: rows, rows: number(rows) })}
      </Checkbox>
      <span className={css.quiet}>
        {told}
        {rows > first.length && " …"}
      </span>
    </section>
  );
}

/** Cells that mean blank, whatever the column. */
export function Nulls({
  words,
  onChange,
}: {
  words: string[];
  onChange: (words: string[]) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const named = words.filter(Boolean);
  const shown = joined(named.slice(0, FEW), useLanguage());
  return (
    <section className={css.rules} aria-label={t("transfer.nulls")}>
      <h2>{t("transfer.nulls")}</h2>
      {open ? (
        <Select
          mode="tags"
          autoFocus
          className={css.nulls}
          aria-label={t("transfer.nulls")}
          value={named}
          open={false}
          suffixIcon={null}
          onChange={(chosen: string[]) => onChange(["", ...chosen])}
        />
      ) : (
        <>
          <span className={css.quiet}>
            {named.length > FEW
              ? t("transfer.nullsShown", { words: shown, count: named.length })
              : shown}
          </span>
          <Button type="link" size="small" onClick={() => setOpen(true)}>
            {t("transfer.nullsChange")}
          </Button>
        </>
      )}
    </section>
  );
}
