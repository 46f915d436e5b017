/** An operator and what it is compared with, side by side: every type's filter is one of these. */
import { Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isBare } from "./asked";
import css from "./Filter.module.css";
import type { FilterProps } from "./protocol";

interface Props extends FilterProps {
  operators: readonly string[];
  children: ReactNode;
  /** What an operator is compared with: changed, the old value no longer fits. */
  sort?: (operator: string) => string;
}

export function FilterRow({ operator, value, onChange, operators, children, sort }: Props) {
  const { t } = useTranslation();
  return (
    <span className={css.row}>
      <Select
        className={css.operator}
        aria-label={t("fields.operator")}
        value={operators.includes(operator) ? operator : operators[0]}
        popupMatchSelectWidth={false}
        options={operators.map((each) => ({ value: each, label: t(`fields.ask.${wordOf(each)}`) }))}
        onChange={(next) => onChange(next, keeps(operator, next, sort) ? value : null)}
      />
      {!isBare(operator) && <span className={css.operand}>{children}</span>}
    </span>
  );
}

function keeps(before: string, after: string, sort: Props["sort"]): boolean {
  return !isBare(before) && !isBare(after) && (!sort || sort(before) === sort(after));
}

const SIGNS: Record<string, string> = {
  "=": "eq",
  "<>": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** Keys of words take letters only. */
function wordOf(operator: string): string {
  return SIGNS[operator] ?? operator.replace(" ", "_");
}
