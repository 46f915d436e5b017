/** JSON as text; only what can be read is taken over. */
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import css from "../Editor.module.css";
import type { EditorProps } from "../protocol";

export default function JsonEditor({ value, onChange, error, autoFocus, id }: EditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (value == null ? "" : JSON.stringify(value, null, 2)));
  const [bad, setBad] = useState(false);

  function type(next: string) {
    setText(next);
    try {
      onChange(next.trim() ? (JSON.parse(next) as unknown) : null);
      setBad(false);
    } catch {
      setBad(true);
    }
  }

  return (
    <span className={`${css.wrap} ${css.mono}`}>
      <Input.TextArea
        id={id}
        autoFocus={autoFocus}
        autoSize={{ minRows: 3, maxRows: 14 }}
        spellCheck={false}
        value={text}
        status={error || bad ? "error" : undefined}
        onChange={(event) => type(event.target.value)}
      />
      {bad && <span className={`${css.below} ${css.wrong}`}>{t("fields.notJson")}</span>}
    </span>
  );
}
