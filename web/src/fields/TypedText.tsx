/** Text of a certain kind: the keyboard of a phone fits it. */
import { Input } from "antd";
import type { ReactNode } from "react";

import { useHint } from "./hint";
import type { EditorProps } from "./protocol";

interface Props extends EditorProps<string> {
  mode: "email" | "url" | "text";
  placeholder: string;
  suffix?: ReactNode;
}

export function TypedText({ field, value, onChange, mode, placeholder, suffix, ...rest }: Props) {
  const { error, autoFocus, id } = rest;
  return (
    <Input
      id={id}
      inputMode={mode}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      autoFocus={autoFocus}
      value={value ?? ""}
      placeholder={useHint(field, placeholder)}
      suffix={suffix}
      status={error ? "error" : undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
