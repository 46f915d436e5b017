/** One setting: a switch, a choice, a number, words; some have an editor of their own. */
import { Input, InputNumber, Select, Switch } from "antd";
import { createElement, type ComponentType } from "react";
import { useTranslation } from "react-i18next";

import { navigable, useMeta } from "@/api/catalogue";
import type { Setting, SettingSchema } from "@/api/fieldTypes";
import type { FieldMeta, Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "./Settings.module.css";
import { DayInput } from "./DayInput";
import { InverseInput } from "./InverseInput";
import { OptionsInput } from "./OptionsInput";

export interface SettingInputProps {
  id: string;
  name: string;
  setting: Setting;
  field: Partial<FieldMeta>;
  value: unknown;
  onChange: (value: unknown) => void;
}

type Input = ComponentType<SettingInputProps>;

export function SettingInput(props: SettingInputProps) {
  // The same component for the same setting: nothing is made anew.
  return createElement(inputOf(props.setting), props);
}

/** By name where a setting has an editor of its own, otherwise by what the server says of it. */
function inputOf({ key, schema }: Setting): Input {
  const own = OWN[key];
  if (own) return own;
  const plain = schema.anyOf?.find((each) => each.type !== "null") ?? schema;
  if (plain.enum) return Choice;
  if (plain.format === "date") return Day;
  if (plain.type === "boolean") return YesNo;
  if (plain.type === "integer") return Whole;
  return Words;
}

function plainOf({ schema }: Setting): SettingSchema {
  return schema.anyOf?.find((each) => each.type !== "null") ?? schema;
}

function Choice({ id, setting, value, onChange }: SettingInputProps) {
  const { t } = useTranslation();
  const options = plainOf(setting).enum!.map((each) => ({
    value: each,
    label: t(`settings.values.${setting.key}.${each}`, { defaultValue: each }),
  }));
  return (
    <Select id={id} className={css.wide} value={value} options={options} onChange={onChange} />
  );
}

function YesNo({ id, value, onChange }: SettingInputProps) {
  return <Switch id={id} size="small" checked={value === true} onChange={onChange} />;
}

/** Above this a bound is that of the machine, and says nothing to people. */
const TOO_LARGE = 1e15;

function Whole({ id, setting, value, onChange }: SettingInputProps) {
  const { minimum, maximum } = plainOf(setting);
  const shown = typeof value === "number" && Math.abs(value) < TOO_LARGE ? value : null;
  return (
    <InputNumber
      id={id}
      className={css.wide}
      min={minimum}
      max={maximum}
      precision={0}
      value={shown}
      onChange={(next) => onChange(next ?? setting.default)}
    />
  );
}

function Day({ id, name, value, onChange }: SettingInputProps) {
  const field = { label: name, required: false } as FieldMeta;
  return <DayInput id={id} field={field} value={(value as string) ?? null} onChange={onChange} />;
}

function Words({ id, setting, value, onChange }: SettingInputProps) {
  return (
    <Input
      id={id}
      maxLength={plainOf(setting).maxLength}
      value={value == null ? "" : String(value as string)}
      onChange={(event) => onChange(event.target.value || null)}
    />
  );
}

function Formula({ id, value, onChange }: SettingInputProps) {
  return (
    <Input.TextArea
      id={id}
      className={css.mono}
      autoSize={{ minRows: 2, maxRows: 8 }}
      spellCheck={false}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.target.value || null)}
    />
  );
}

const CURRENCIES = ["CNY", "USD", "EUR", "HKD", "JPY", "GBP", "SGD", "AUD", "KRW", "THB", "VND"];

function Currency({ id, value, onChange }: SettingInputProps) {
  const { t } = useTranslation();
  const options = CURRENCIES.map((code) => ({
    value: code,
    label: `${t(`settings.currencies.${code}`)} ${code}`,
  }));
  return (
    <Select
      id={id}
      className={css.wide}
      showSearch={{ optionFilterProp: "label" }}
      value={value}
      options={options}
      onChange={onChange}
    />
  );
}

function Target({ id, value, onChange }: SettingInputProps) {
  const label = useLabel();
  const { data: meta } = useMeta();
  const options = navigable(meta).map((each) => ({ value: each.key, label: label(each.label) }));
  return (
    <Select
      id={id}
      className={css.wide}
      showSearch={{ optionFilterProp: "label" }}
      value={value ?? undefined}
      options={options}
      onChange={onChange}
    />
  );
}

const KINDS = [
  "image/*",
  "application/pdf",
  ".docx",
  ".xlsx",
  ".pptx",
  "audio/*",
  "video/*",
  ".zip",
];

function Kinds({ id, value, onChange }: SettingInputProps) {
  const { t } = useTranslation();
  return (
    <Select
      id={id}
      className={css.wide}
      mode="tags"
      maxTagCount="responsive"
      placeholder={t("settings.anyKind")}
      value={(value as string[] | null) ?? []}
      options={KINDS.map((each) => ({ value: each, label: each }))}
      onChange={onChange}
    />
  );
}

function Options({ field, value, onChange }: SettingInputProps) {
  return (
    <OptionsInput
      options={(value as Option[] | null) ?? []}
      deep={field.type === "cascade"}
      onChange={onChange}
    />
  );
}

const OWN: Record<string, Input> = {
  options: Options,
  currency: Currency,
  object: Target,
  accept: Kinds,
  formula: Formula,
  filter: Formula,
  inverse: InverseInput,
};
