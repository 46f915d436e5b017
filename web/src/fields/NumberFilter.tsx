/** Filters by size; the operand is typed as in the type's editor. */
import { createElement } from "react";

import { operatorsOf } from "./asked";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";
import { editorOf, shownType } from "./registry";

export default function NumberFilter(props: FilterProps) {
  const { field, operator, value, onChange } = props;
  const asked = { ...field, type: shownType(field), writable: true, required: false };
  const editor = editorOf(asked);
  return (
    <FilterRow {...props}>
      {editor &&
        createElement(editor, {
          field: asked,
          value: (value ?? null) as never,
          onChange: (next: unknown) =>
            onChange(operator || operatorsOf(field)[0]!, next == null ? null : String(next)),
        })}
    </FilterRow>
  );
}
