/** A path through levels of options; the last level, or any, as the field says. */
import { Cascader } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import type { EditorProps } from "../protocol";
import { levelsOf, type Level } from "./levels";

export default function CascadeEditor(props: EditorProps<string>) {
  const { field, value, onChange, onDone, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const path = value ? value.split("/") : [];

  return (
    <Cascader<Level>
      id={id}
      aria-label={id ? undefined : label(field.label)}
      className={css.wide}
      autoFocus={autoFocus}
      allowClear={!field.required}
      changeOnSelect={field.any_level === true}
      options={levelsOf(field.options ?? [], label, path)}
      value={path}
      status={error ? "error" : undefined}
      placeholder={useHint(field, t("fields.choose"))}
      showSearch={{ limit: 20 }}
      onChange={(chosen) => {
        onChange(chosen?.length ? chosen.join("/") : null);
        if (field.any_level !== true) onDone?.();
      }}
    />
  );
}
