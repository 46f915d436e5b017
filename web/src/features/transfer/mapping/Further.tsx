/** Fields a column fills beside its first: the channel as it stands, and as one of the options. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import type { Rule } from "@/api/imports";

import { MEMBER } from "../target";
import type { ColumnProps } from "./ColumnRow";
import { found, labelOf, offered } from "./fields";
import css from "./Map.module.css";
import { Reading } from "./Reading";

export function Further(props: ColumnProps) {
  const { made, target, column, rules, options, onChange } = props;
  const { t } = useTranslation();
  if (rules.length === 0 || target.key === MEMBER) return null;
  const name = column.column;
  const put = (rule: Rule, next?: Rule) =>
    onChange(rules.flatMap((each) => (each === rule ? (next ?? []) : each)));
  return (
    <>
      {rules.slice(1).map((rule) => (
        <div key={rule.field} className={css.further}>
          <span className={css.also}>
            {t("transfer.also", { name: labelOf(made, rule.field) })}
            <button
              type="button"
              onClick={() => put(rule)}
              aria-label={t("transfer.drop1", { name: labelOf(made, rule.field) })}
            >
              ×
            </button>
          </span>
          <Reading {...props} rule={rule} onRule={(next) => put(rule, next)} />
        </div>
      ))}
      <Select
        size="small"
        variant="borderless"
        suffixIcon={null}
        className={css.more}
        popupMatchSelectWidth={false}
        aria-label={t("transfer.alsoFor", { name })}
        placeholder={
          <span title={t("transfer.alsoFill")}>
            ＋<em>{t("transfer.alsoFill")}</em>
          </span>
        }
        value={null}
        showSearch={{ filterOption: found }}
        options={offered(options)}
        onChange={(field: string | null) => field && onChange([...rules, { field }])}
      />
    </>
  );
}
