/** One column: what stands in it, the field it fills and why that was guessed, how its cells read. */
import { Select } from "antd";
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ImportColumn, ImportDocument, Rule } from "@/api/imports";

import type { Target } from "../target";
import { found, offered, type FieldGroup, type FieldOption } from "./fields";
import css from "./Map.module.css";
import { Further } from "./Further";
import { Reading } from "./Reading";

const SAMPLES = 3;

export interface ColumnProps {
  column: ImportColumn;
  made: ImportDocument;
  target: Target;
  options: FieldGroup[];
  rules: Rule[];
  fault?: string;
  /** Teams are read from it, whatever else it fills. */
  forTeams: boolean;
  onChange: (rules: Rule[]) => void;
}

export function ColumnRow(props: ColumnProps) {
  const { column, rules, options, fault, onChange } = props;
  const { t } = useTranslation();
  const rule = rules[0];
  const name = column.column;
  const shown = column.samples.slice(0, SAMPLES);
  return (
    <div role="row" className={`${css.row} ${rule ? "" : css.left}`} id={`column-${name}`}>
      <div role="cell" className={css.column}>
        <strong title={name}>{name}</strong>
        <span className="ell" title={column.samples.join("\n")}>
          {shown.length ? shown.join(" · ") : t("transfer.noSamples")}
        </span>
      </div>
      <div role="cell" className={css.field}>
        <ArrowRight size={14} aria-hidden />
        <Select
          aria-label={t("transfer.fieldFor", { name })}
          className={css.select}
          allowClear
          value={rule?.field}
          placeholder={t("transfer.leaveOut")}
          status={fault ? "error" : undefined}
          showSearch={{ filterOption: found }}
          options={offered(options, rule?.field)}
          optionRender={({ data }) => (
            <Offered {...(data as unknown as FieldOption)} now={rule?.field} />
          )}
          onChange={(field) => onChange(field ? [{ field }, ...rules.slice(1)] : [])}
        />
        <Why {...props} />
        {fault && (
          <p className={css.fault} role="alert">
            {fault}
          </p>
        )}
      </div>
      <div role="cell" className={css.reading}>
        {props.forTeams && <span className={css.quiet}>{t("transfer.forTeams")}</span>}
        {rule && (
          <Reading {...props} rule={rule} onRule={(next) => onChange([next, ...rules.slice(1)])} />
        )}
        <Further {...props} />
      </div>
    </div>
  );
}

/** What the guess rests on, while it stands. */
function Why({ column: { guess }, rules }: ColumnProps) {
  const { t } = useTranslation();
  if (!guess || guess.field !== rules[0]?.field) return null;
  const sure = guess.confidence >= 0.8;
  return (
    <span className={sure ? css.why : `${css.why} ${css.unsure}`}>
      {t(`transfer.by.${guess.by}`)}
    </span>
  );
}

function Offered({ label, value, required, taken, now }: FieldOption & { now?: string }) {
  const { t } = useTranslation();
  return (
    <span className={css.option}>
      {label}
      {required && <i aria-label={t("transfer.required")}>*</i>}
      {taken && value !== now && <em>{t("transfer.taken")}</em>}
    </span>
  );
}
