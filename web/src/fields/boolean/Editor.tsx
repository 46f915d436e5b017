/** Yes or no; blank where it may stay open. */
import { Segmented } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { EditorProps } from "../protocol";

const ASWORD = { true: true, false: false, blank: null } as const;

export default function BooleanEditor(props: EditorProps<boolean>) {
  const { field, value, onChange, id, autoFocus } = props;
  const { t } = useTranslation();
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (autoFocus) root.current?.querySelector<HTMLElement>("input:checked, input")?.focus();
  }, [autoFocus]);
  const words = [
    { value: "true", label: t("fields.yes") },
    { value: "false", label: t("fields.no") },
  ];
  return (
    <span id={id} ref={root}>
      <Segmented<keyof typeof ASWORD>
        value={value == null ? "blank" : value ? "true" : "false"}
        options={
          (field.required
            ? words
            : [...words, { value: "blank", label: t("fields.blank") }]) as never
        }
        onChange={(chosen) => onChange(ASWORD[chosen])}
      />
    </span>
  );
}
