/** Operators as a filter names them (`not CONTAINS`) and as the server's rows do (`op`, `not`). */
import type { FieldMeta } from "@/api/types";

export type Moment = { me: true } | { date: string } | { today: number };
export type Operand = string | Moment;

export interface AskedRow {
  field: string;
  op: string;
  value?: Operand | Operand[];
  not?: boolean;
}

const NOT = "not ";
/** Operators that stand alone. */
const BARE = new Set(
  "ISBLANK NOTBLANK is ISTODAY THISWEEK THISMONTH THISQUARTER THISYEAR".split(" "),
);

export function isBare(operator: string): boolean {
  return BARE.has(plain(operator));
}

export function plain(operator: string): string {
  return operator.startsWith(NOT) ? operator.slice(NOT.length) : operator;
}

/** A row of `/formulas/from-conditions` for what a `Filter` holds. */
export function rowOf(field: FieldMeta, operator: string, value: unknown): AskedRow {
  const row: AskedRow = { field: field.key, op: plain(operator) };
  if (operator.startsWith(NOT)) row.not = true;
  if (!isBare(operator)) row.value = value as Operand;
  return row;
}

/** What a `Filter` shows for a row. */
export function askedOf(row: AskedRow): { operator: string; value: unknown } {
  return { operator: (row.not ? NOT : "") + row.op, value: row.value ?? null };
}

/** Whether a row says enough to be asked. */
export function isComplete(operator: string, value: unknown): boolean {
  if (isBare(operator)) return true;
  return Array.isArray(value) ? value.length > 0 : value != null && value !== "";
}

const TEXT = ["CONTAINS", "not CONTAINS", "=", "<>", "STARTSWITH", "ENDSWITH"];
const BLANK = ["ISBLANK", "NOTBLANK"];
const NUMBER = ["=", "<>", ">", ">=", "<", "<="];
const SPANS = [
  "ISTODAY",
  "THISWEEK",
  "THISMONTH",
  "THISQUARTER",
  "THISYEAR",
  "LASTDAYS",
  "NEXTDAYS",
];

/** What may be asked of each way of filtering, the most usual first. */
export const OPERATORS = {
  text: [...TEXT, ...BLANK],
  number: [...NUMBER, ...BLANK],
  day: ["=", "<", "<=", ">", ">=", ...SPANS, ...BLANK],
  moment: ["<", ">=", ...SPANS, ...BLANK],
  choice: ["in", "not in", ...BLANK],
  path: ["STARTSWITH", "not STARTSWITH", "=", "<>", ...BLANK],
  yes: ["is", "not is", ...BLANK],
  blank: BLANK,
} as const;
