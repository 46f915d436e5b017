/** The columns of lines, what they compute while typed, and their sums. */
import { fieldAt } from "@/api/catalogue";
import type { FieldMeta, Meta, ObjectMeta, Values } from "@/api/types";
import { evaluate, scopeOf, UnknownTree, type Surroundings } from "@/formula";
import { num, numberText, sum } from "@/formula/numbers";
import { shownType } from "@/fields/registry";

import { byId } from "@/fields/scope";

const HIDDEN = new Set(["parent", "position"]);
const COMPUTED = new Set(["formula", "rollup", "lookup"]);
const FIGURES = new Set(["number", "integer", "money"]);

export function columnsOf(meta: Meta, line: ObjectMeta, show: string[]): FieldMeta[] {
  const wanted = show.length
    ? show.map((path) => fieldAt(meta, line, path))
    : line.fields.filter((field) => !HIDDEN.has(field.key));
  return wanted.filter((field): field is FieldMeta => field != null);
}

/** A line's value; computed ones by their tree, if it needs nothing from elsewhere. */
export function figureOf(
  meta: Meta,
  line: ObjectMeta,
  field: FieldMeta,
  values: Values,
  around: Surroundings,
): unknown {
  if (!field.tree || field.slots) return values[field.key];
  try {
    return evaluate(field.tree, scopeOf(byId(meta, line, values), around));
  } catch (error) {
    if (error instanceof UnknownTree) return values[field.key];
    throw error;
  }
}

/** Amounts are summed; prices of one piece beside them are not. */
export function summed(columns: FieldMeta[]): Set<string> {
  const figures = columns.filter((field) => FIGURES.has(shownType(field)));
  const amounts = figures.some((field) => COMPUTED.has(field.type) && field.type !== "lookup");
  const kept = figures.filter(
    (field) => field.type !== "lookup" && !(amounts && field.type === "money"),
  );
  return new Set(kept.map((field) => field.key));
}

export function total(values: unknown[]): string | null {
  const present = values.filter((each) => each != null && each !== "");
  try {
    return present.length ? numberText(sum(present.map((each) => num(each as string)))!) : null;
  } catch {
    return null; // half-typed
  }
}
