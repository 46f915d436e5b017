/** What can be asked of a field, and what the answer is compared with. */
import type { FieldMeta } from "@/api/types";

const ALWAYS = ["ISBLANK", "NOTBLANK"];
const ORDER = ["=", "<>", ">", ">=", "<", "<="];
const PERIODS = [
  "ISTODAY",
  "THISWEEK",
  "THISMONTH",
  "THISQUARTER",
  "THISYEAR",
  "LASTDAYS",
  "NEXTDAYS",
];

const BY_KIND: Record<string, string[]> = {
  text: ["CONTAINS", "STARTSWITH", "ENDSWITH", "=", "<>", ...ALWAYS],
  choice: ["in", "=", "<>", ...ALWAYS],
  number: [...ORDER, ...ALWAYS],
  date: [...PERIODS, ...ORDER, ...ALWAYS],
  datetime: [...PERIODS, ...ORDER, ...ALWAYS],
  bool: ["is"],
  ref: ["=", "<>", "in", ...ALWAYS],
};

export function operatorsOf(field: FieldMeta): string[] {
  return BY_KIND[field.kind] ?? ALWAYS;
}

export function firstOp(field: FieldMeta): string {
  return operatorsOf(field)[0]!;
}

/** How many values an operator takes. */
export function takes(op: string): "none" | "one" | "many" | "days" {
  if (op === "in") return "many";
  if (op === "LASTDAYS" || op === "NEXTDAYS") return "days";
  return op === "is" || ALWAYS.includes(op) || PERIODS.includes(op) ? "none" : "one";
}
