/** The editor of a field, whatever its type; its code comes when it is first asked for. */
import { createElement } from "react";

import type { EditorProps } from "./protocol";
import { editorOf } from "./registry";

/** Only for fields that have one: `editorOf(field)` says so. */
export function FieldEditor({ field, value, ...rest }: EditorProps) {
  const editor = editorOf(field);
  if (!editor) return null;
  const props = { field, value: value as never, ...rest };
  return createElement(editor, props);
}
