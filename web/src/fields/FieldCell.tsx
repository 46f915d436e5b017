/** A value as people read it, whatever its type; a blank is a quiet dash, or nothing in a list. */
import { createElement } from "react";

import type { FieldMeta } from "@/api/types";

import css from "./FieldCell.module.css";
import type { Place } from "./protocol";
import { cellOf } from "./registry";

interface Props {
  field: FieldMeta;
  value: unknown;
  place: Place;
}

export function FieldCell({ field, value, place }: Props) {
  if (isBlank(value)) return place === "page" ? <span className={css.blank}>–</span> : null;
  // The registry answers with the same component for the same type, so nothing is made anew.
  return createElement(cellOf(field), { field, value: value as never, place });
}

export function isBlank(value: unknown): boolean {
  return value == null || value === "" || (Array.isArray(value) && value.length === 0);
}
