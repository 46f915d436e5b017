/** A line of text; one too long is told when it is saved, never cut while it is pasted. */
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
      placeholder={useHint(field)}
      status={error ? "error" : undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
