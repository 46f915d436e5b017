/** A fraction, typed as percent: the server reads `12.5%`. */
import { Input } from "antd";
import { useState } from "react";

import { percent } from "@/lib/format/numbers";

import type { EditorProps } from "../protocol";

export default function PercentEditor(props: EditorProps<string>) {
  const { value, onChange, error, autoFocus, id } = props;
  const [text, setText] = useState(value == null ? "" : percent(value, 12).replace(/\.?0*%$/, ""));
  return (
    <Input
      id={id}
      autoFocus={autoFocus}
      value={text}
      suffix="%"
      inputMode="decimal"
      status={error ? "error" : undefined}
      onChange={(event) => {
        setText(event.target.value);
        const typed = event.target.value.trim();
        onChange(typed ? `${typed.replace(/[%％]$/, "")}%` : null);
      }}
    />
  );
}
