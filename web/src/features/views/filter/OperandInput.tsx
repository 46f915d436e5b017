/** The value a field is compared with: options, people, days, numbers, words. */
import { DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";

import type { Operand } from "@/api/conditions";
import type { FieldMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "./Filter.module.css";
import { RecordSelect } from "./RecordSelect";

export interface OperandProps {
  field: FieldMeta;
  takes: "one" | "many" | "days" | "none";
  value?: Operand | Operand[];
  onChange: (value: Operand | Operand[] | undefined) => void;
}

export function OperandInput(props: OperandProps) {
  const { field, takes, value, onChange } = props;
  const { t } = useTranslation();
  const name = t("list.value");
  if (takes === "days") {
    return (
      <InputNumber
        aria-label={name}
        className={css.value}
        min={1}
        max={3660}
        suffix={t("list.days")}
        value={typeof value === "string" ? Number(value) : undefined}
        onChange={(typed) => onChange(typed == null ? undefined : String(typed))}
      />
    );
  }
  if (field.kind === "choice") return <OptionSelect {...props} />;
  if (field.kind === "ref") return <RecordSelect {...props} />;
  if (field.kind === "date" || field.kind === "datetime") return <DayInput {...props} />;
  return (
    <Input
      aria-label={name}
      className={css.value}
      inputMode={field.kind === "number" ? "decimal" : undefined}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function OptionSelect({ field, takes, value, onChange }: OperandProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const options = (field.options ?? []).map((each) => ({
    value: each.key,
    label: label(each.label),
  }));
  return (
    <Select<string | string[]>
      aria-label={t("list.value")}
      className={css.value}
      mode={takes === "many" ? "multiple" : undefined}
      maxTagCount="responsive"
      showSearch={{ optionFilterProp: "label" }}
      value={value as string | string[] | undefined}
      options={options}
      onChange={onChange}
    />
  );
}

const RELATIVE = [0, -7, -30, -90, 7, 30];

/** A day of the calendar, or days from today. */
function DayInput({ value, onChange }: OperandProps) {
  const { t } = useTranslation();
  const moment = typeof value === "object" && !Array.isArray(value) ? value : undefined;
  const chosen = moment && "today" in moment ? String(moment.today) : "date";
  const relative = RELATIVE.map(String).includes(chosen) ? RELATIVE : [Number(chosen), ...RELATIVE];
  const options = relative
    .filter((days) => !Number.isNaN(days))
    .map((days) => ({ value: String(days), label: t(dayWord(days), { count: Math.abs(days) }) }));
  return (
    <>
      <Select
        aria-label={t("list.value")}
        popupMatchSelectWidth={false}
        value={chosen}
        options={[{ value: "date", label: t("list.onDay") }, ...options]}
        onChange={(next) => onChange(next === "date" ? undefined : { today: Number(next) })}
      />
      {chosen === "date" && (
        <DatePicker
          aria-label={t("list.onDay")}
          className={css.value}
          value={moment && "date" in moment ? dayjs(moment.date) : null}
          onChange={(day) => onChange(day ? { date: day.format("YYYY-MM-DD") } : undefined)}
        />
      )}
    </>
  );
}

function dayWord(days: number): string {
  return days === 0 ? "list.today" : days < 0 ? "list.daysAgo" : "list.daysAhead";
}
