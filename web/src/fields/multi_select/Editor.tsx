/** Several of the options; retired ones are not offered anew. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import { OptionTag } from "../OptionTag";
import type { EditorProps } from "../protocol";

export default function MultiSelectEditor(props: EditorProps<string[]>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const hint = useHint(field, t("fields.choose"));
  const offered = (field.options ?? []).filter(
    (each) => !each.retired || value?.includes(each.key),
  );
  return (
    <Select
      id={id}
      aria-label={id ? undefined : label(field.label)}
      mode="multiple"
      className={css.wide}
      autoFocus={autoFocus}
      value={value ?? []}
      placeholder={hint}
      status={error ? "error" : undefined}
      showSearch={{ optionFilterProp: "text" }}
      options={offered.map((option) => ({
        value: option.key,
        text: label(option.label),
        label: <OptionTag option={option} fallback={option.key} />,
      }))}
      onChange={(chosen) => onChange(chosen.length ? chosen : null)}
    />
  );
}
