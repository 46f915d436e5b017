/** Free words: Enter or a comma ends one. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import type { EditorProps } from "../protocol";

const LONGEST = 60;

export default function TagsEditor(props: EditorProps<string[]>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  return (
    <Select
      id={id}
      aria-label={id ? undefined : name}
      mode="tags"
      className={css.wide}
      autoFocus={autoFocus}
      value={value ?? []}
      placeholder={useHint(field, t("fields.tagsHint"))}
      status={error ? "error" : undefined}
      tokenSeparators={[",", "，", "、", ";", "；"]}
      open={false}
      suffixIcon={null}
      onChange={(words) => {
        const kept = [...new Set(words.map((word) => word.trim().slice(0, LONGEST)))];
        onChange(kept.some(Boolean) ? kept.filter(Boolean) : null);
      }}
    />
  );
}
