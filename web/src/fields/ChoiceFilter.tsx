/** Filters by being one of several: the type's own editor, taking many. */
import { createElement, Suspense } from "react";

import { OPERATORS } from "./asked";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";
import { editorOf, shownType } from "./registry";

interface Props extends FilterProps {
  /** The type whose editor chooses several. */
  by?: string;
}

export function ChoiceFilter({ by, ...props }: Props) {
  const { field, operator, value, onChange } = props;
  const type = by ?? shownType(field);
  const asked = { ...field, type, many: true, writable: true, required: false };
  const editor = editorOf(asked);
  const ids = Array.isArray(value) ? (value as unknown[]) : value == null ? [] : [value];
  return (
    <FilterRow {...props} operators={OPERATORS.choice}>
      <Suspense fallback={null}>
        {editor &&
          createElement(editor, {
            field: asked,
            value: (ids.length ? (by ? ids : ids.map(readAs)) : null) as never,
            onChange: (next: unknown) => onChange(operator || "in", next ?? null),
          })}
      </Suspense>
    </FilterRow>
  );
}

/** People and records are kept as read while choosing; `written` makes ids of them. */
function readAs(each: unknown): unknown {
  return typeof each === "string" ? { id: each, title: each.slice(0, 8) } : each;
}
