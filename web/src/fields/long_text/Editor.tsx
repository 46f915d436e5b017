/** Lines of text; Enter makes a new one, Ctrl-Enter is done. */
import { Input } from "antd";

import { useHint } from "../hint";
import type { EditorProps } from "../protocol";

export default function LongTextEditor(props: EditorProps<string>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  return (
    <Input.TextArea
      id={id}
      autoFocus={autoFocus}
      autoSize={{ minRows: 3, maxRows: 12 }}
      value={value ?? ""}
      maxLength={field.max_length}
      placeholder={useHint(field)}
      status={error ? "error" : undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
