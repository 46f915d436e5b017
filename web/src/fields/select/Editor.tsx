/** One of the options; retired ones are not offered anew. */
import { Select } from "antd";

import { useLabel } from "@/i18n/useLabel";

import { OptionTag } from "../OptionTag";
import type { EditorProps } from "../protocol";

export default function SelectEditor(props: EditorProps<string>) {
  const { field, value, onChange, onDone, error, autoFocus, id } = props;
  const label = useLabel();
  const offered = (field.options ?? []).filter((each) => !each.retired || each.key === value);
  return (
    <Select
      id={id}
      aria-label={id ? undefined : label(field.label)}
      autoFocus={autoFocus}
      value={value ?? undefined}
      allowClear={!field.required}
      status={error ? "error" : undefined}
      showSearch={{ optionFilterProp: "text" }}
      options={offered.map((option) => ({
        value: option.key,
        text: label(option.label),
        label: <OptionTag option={option} fallback={option.key} />,
      }))}
      onChange={(chosen) => {
        onChange(chosen ?? null);
        onDone?.();
      }}
    />
  );
}
