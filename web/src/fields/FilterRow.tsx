/** An operator and what it is compared with, side by side: every type's filter is one of these. */
import { Select } from "antd";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isBare, operatorsOf, plain } from "./asked";
import css from "./Filter.module.css";
import type { FilterProps } from "./protocol";

interface Props extends FilterProps {
  children?: ReactNode;
  /** What an operator is compared with: changed, the old value no longer fits. */
  sort?: (operator: string) => string;
}

export function FilterRow({ field, operator, value, onChange, children, sort }: Props) {
  const { t } = useTranslation();
  const known = operatorsOf(field);
  const current = operator || known[0]!;
  const operators = known.includes(current) ? known : [...known, current];
  return (
    <span className={css.row}>
      <Select
        className={css.operator}
        aria-label={t("fields.operator")}
        value={current}
        popupMatchSelectWidth={false}
        listHeight={420}
        options={operators.map((each) => ({ value: each, label: wordOf(each, t) }))}
        onChange={(next) => onChange(next, keeps(current, next, sort) ? value : null)}
      />
      {!isBare(current) && <span className={css.operand}>{children}</span>}
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

/** Keys of words take letters only; an opposite without a word of its own is said with its word. */
function wordOf(operator: string, t: TFunction): string {
  const key = SIGNS[operator] ?? operator.replace(" ", "_");
  const otherwise = operator === plain(operator) ? operator : undefined;
  const opposite = otherwise ?? t("fields.notSo", { word: wordOf(plain(operator), t) });
  return t(`fields.ask.${key}`, { defaultValue: opposite });
}
