/** One of the options; retired ones are not offered anew. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";
import { useNarrow } from "@/ui/useMedia";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import { OptionTag } from "../OptionTag";
import type { EditorProps } from "../protocol";
import { Chips } from "./Chips";

/** More than these are searched, not looked over. */
const FEW = 8;

export default function SelectEditor(props: EditorProps<string>) {
  const { field, value, onChange, onDone, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const hint = useHint(field, t("fields.choose"));
  const offered = (field.options ?? []).filter((each) => !each.retired || each.key === value);
  const narrow = useNarrow();

  function choose(chosen: string | null) {
    onChange(chosen);
    onDone?.();
  }

  if (narrow && offered.length <= FEW) {
    const shown = { id, options: offered, value, required: Boolean(field.required) };
    return <Chips {...shown} onChoose={choose} />;
  }
  return (
    <Select
      id={id}
      aria-label={id ? undefined : label(field.label)}
      className={css.wide}
      autoFocus={autoFocus}
      value={value ?? undefined}
      allowClear={!field.required}
      placeholder={hint}
      status={error ? "error" : undefined}
      showSearch={{ optionFilterProp: "text" }}
      options={offered.map((option) => ({
        value: option.key,
        text: label(option.label),
        label: <OptionTag option={option} fallback={option.key} />,
      }))}
      onChange={(chosen) => choose(chosen ?? null)}
    />
  );
}
