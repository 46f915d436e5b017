/** A path through levels of options; the last level, or any, as the field says. */
import { Cascader } from "antd";
import { useTranslation } from "react-i18next";

import type { Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "../Editor.module.css";
import type { EditorProps } from "../protocol";

interface Level {
  value: string;
  label: string;
  children?: Level[];
}

export default function CascadeEditor(props: EditorProps<string>) {
  const { field, value, onChange, onDone, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const path = value ? value.split("/") : [];

  function levels(options: Option[], chosen: string[]): Level[] {
    const [first, ...rest] = chosen;
    return options
      .filter((each) => !each.retired || each.key === first)
      .map(({ key, label: named, children }) => ({
        value: key,
        label: label(named),
        children: children?.length ? levels(children, key === first ? rest : []) : undefined,
      }));
  }

  return (
    <Cascader<Level>
      id={id}
      aria-label={id ? undefined : label(field.label)}
      className={css.wide}
      autoFocus={autoFocus}
      allowClear={!field.required}
      changeOnSelect={field.any_level === true}
      options={levels(field.options ?? [], path)}
      value={path}
      status={error ? "error" : undefined}
      placeholder={t("fields.choose")}
      showSearch={{ limit: 20 }}
      onChange={(chosen) => {
        onChange(chosen?.length ? chosen.join("/") : null);
        if (field.any_level !== true) onDone?.();
      }}
    />
  );
}
