/** A line of text. */
import { Input } from "antd";

import { useHint } from "../hint";
import type { EditorProps } from "../protocol";

export default function TextEditor({
  field,
  value,
  onChange,
  error,
  ...rest
}: EditorProps<string>) {
  const { autoFocus, id } = rest;
  return (
    <Input
      id={id}
      autoFocus={autoFocus}
      value={value ?? ""}
      maxLength={field.max_length}
      placeholder={useHint(field)}
      status={error ? "error" : undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
