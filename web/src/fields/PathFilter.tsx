/** Filters by a place in a tree: everything within it, or exactly it. */
import { createElement } from "react";

import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";
import { editorOf, shownType } from "./registry";

export default function PathFilter(props: FilterProps) {
  const { field, operator, value, onChange } = props;
  // Asked of any level, whatever level a value must have.
  const asked = {
    ...field,
    type: shownType(field),
    any_level: true,
    writable: true,
    required: false,
  };
  const editor = editorOf(asked);
  return (
    <FilterRow {...props}>
      {editor &&
        createElement(editor, {
          field: asked,
          value: (value ?? null) as never,
          onChange: (next: unknown) => onChange(operator || "STARTSWITH", next),
        })}
    </FilterRow>
  );
}
