/** Filters by day: a span such as this month, days counted from today, or a fixed day. */
import { AutoComplete, Select } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { isCounted, operatorsOf } from "./asked";
import { DayInput } from "./DayInput";
import css from "./Filter.module.css";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";

const DAYS = [-90, -30, -7, -1, 0, 1, 7, 30, 90];
const USUAL = [7, 30, 90, 180, 365];

export default function DayFilter(props: FilterProps) {
  const operator = props.operator || operatorsOf(props.field)[0]!;
  return (
    <FilterRow {...props} sort={(each) => (isCounted(each) ? "count" : "day")}>
      {isCounted(operator) ? <Count {...props} /> : <Day {...props} operator={operator} />}
    </FilterRow>
  );
}

function Count({ operator, value, onChange }: FilterProps) {
  const { t } = useTranslation();
  const days = (count: number) => ({
    value: String(count),
    label: t("fields.someDays", { count }),
  });
  return (
    <AutoComplete
      aria-label={t("fields.howManyDays")}
      value={typeof value === "string" ? value : ""}
      options={USUAL.map(days)}
      placeholder={t("fields.howManyDays")}
      onChange={(typed: string) => onChange(operator, typed.replace(/\D/g, "").slice(0, 5) || null)}
    />
  );
}

function Day({ field, operator, value, onChange }: FilterProps) {
  const { t } = useTranslation();
  const given = (value ?? {}) as { date?: string; today?: number };
  const moving = given.today != null;
  const days = moving && !DAYS.includes(given.today!) ? [...DAYS, given.today!] : DAYS;
  return (
    <span className={css.pair}>
      <Select
        aria-label={t("fields.operand")}
        style={{ flex: "1 1 96px" }}
        popupMatchSelectWidth={false}
        value={moving ? given.today : "date"}
        options={[
          { value: "date", label: t("fields.aDay") },
          ...days.map((each) => ({ value: each, label: fromToday(each, t) })),
        ]}
        onChange={(next) => onChange(operator, next === "date" ? null : { today: next })}
      />
      {!moving && (
        <span className={css.day}>
          <DayInput
            field={field}
            hint={t("fields.dayShort")}
            value={given.date ?? null}
            onChange={(date) => onChange(operator, date ? { date } : null)}
          />
        </span>
      )}
    </span>
  );
}

function fromToday(days: number, t: TFunction): string {
  if (days === 0) return t("fields.today");
  return days < 0 ? t("fields.daysAgo", { count: -days }) : t("fields.daysAhead", { count: days });
}
