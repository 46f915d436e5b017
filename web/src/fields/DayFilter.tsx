/** Filters by day: a fixed one, one counted from today, or a span such as this month. */
import { Input, Select } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { DayInput } from "./DayInput";
import css from "./Filter.module.css";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";

const COUNTED = new Set(["LASTDAYS", "NEXTDAYS"]);
const DAYS = [-90, -30, -7, -1, 0, 1, 7, 30, 90];

export function DayFilter(props: FilterProps & { operators: readonly string[] }) {
  const { operator, value, onChange } = props;
  const { t } = useTranslation();
  if (COUNTED.has(operator)) {
    return (
      <FilterRow {...props} sort={sortOf}>
        <Input
          aria-label={t("fields.operand")}
          inputMode="numeric"
          suffix={t("fields.days")}
          value={typeof value === "string" ? value : ""}
          onChange={(event) =>
            onChange(operator, event.target.value.replace(/\D/g, "").slice(0, 5) || null)
          }
        />
      </FilterRow>
    );
  }
  return (
    <FilterRow {...props} sort={sortOf}>
      <Day {...props} />
    </FilterRow>
  );
}

function Day({
  field,
  operator,
  value,
  onChange,
  operators,
}: FilterProps & { operators: readonly string[] }) {
  const { t } = useTranslation();
  const given = (value ?? {}) as { date?: string; today?: number };
  const op = operator || operators[0]!;
  const moving = given.today != null;
  return (
    <span className={css.pair}>
      <Select
        aria-label={t("fields.operand")}
        style={{ flex: 1 }}
        popupMatchSelectWidth={false}
        value={moving ? given.today : "date"}
        options={[
          { value: "date", label: t("fields.aDay") },
          ...DAYS.map((days) => ({ value: days, label: fromToday(days, t) })),
        ]}
        onChange={(next) => onChange(op, next === "date" ? null : { today: next })}
      />
      {!moving && (
        <span style={{ flex: 1.4 }}>
          <DayInput
            field={field}
            value={given.date ?? null}
            onChange={(date) => onChange(op, date ? { date } : null)}
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

function sortOf(operator: string): string {
  return COUNTED.has(operator) ? "count" : "day";
}
