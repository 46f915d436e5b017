/** Why rows are refused, summed up: one wrong word is one line, with the way to mend it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument, Reason } from "@/api/imports";
import { number } from "@/lib/format/numbers";

import type { Step } from "../Steps";
import own from "./Preview.module.css";

const FEW = 4;
const REPEATED = ["import.repeated", "field.not_unique", "record.duplicate"];

interface Props {
  made: ImportDocument;
  kind: "error" | "duplicate";
  onGo: (step: Step) => void;
}

export function Reasons({ made, kind, onGo }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const wanted = (reason: Reason) => REPEATED.includes(reason.code) === (kind === "duplicate");
  const reasons = summed((made.preview?.reasons ?? []).filter(wanted));
  if (reasons.length === 0) return null;
  const shown = all ? reasons : reasons.slice(0, FEW);
  return (
    <ul className={own.reasons} aria-label={t("transfer.reasons")}>
      {shown.map(({ column, code, message, rows, words }) => (
        <li key={`${column}${message}`}>
          <b>{number(rows)}</b>
          <span>
            {column && <strong>{column}：</strong>}
            {message}
            {words.length > 1 && (
              <em>{t("transfer.suchAs", { words: words.slice(0, 5).join("、") })}</em>
            )}
          </span>
          {(column || code === "field.required") && kind === "error" && (
            <button type="button" onClick={() => onGo("map")}>
              {t("transfer.mend")}
            </button>
          )}
        </li>
      ))}
      {reasons.length > shown.length && (
        <li>
          <button type="button" onClick={() => setAll(true)}>
            {t("transfer.moreReasons", { count: reasons.length - shown.length })}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Words that fail for the same reason in one column are one line. */
function summed(reasons: Reason[]) {
  const found = new Map<
    string,
    { column?: string; code: string; message: string; rows: number; words: string[] }
  >();
  for (const { column, code, message, rows, value } of reasons) {
    const key = `${column} ${code}`;
    const one = found.get(key) ?? { column, code, message, rows: 0, words: [] };
    one.rows += rows;
    if (value) one.words.push(value);
    found.set(key, one);
  }
  return [...found.values()].sort((a, b) => b.rows - a.rows);
}
