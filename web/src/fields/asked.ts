/** What may be asked of a field, as a filter names it (`not CONTAINS`) and as the server's rows do. */
import type { FieldMeta } from "@/api/types";

import { shownType } from "./registry";

export type Moment = { me: true } | { date: string } | { today: number };
export type Operand = string | Moment;

/** A row of `/formulas/from-conditions`. */
export interface AskedRow {
  field: string;
  op: string;
  value?: Operand | Operand[];
  not?: boolean;
}

export interface Asked {
  operator: string;
  value: unknown;
}

const NOT = "not ";
/** Operators that stand alone. */
const BARE = new Set(
  "ISBLANK NOTBLANK is ISTODAY THISWEEK THISMONTH THISQUARTER THISYEAR ISMYTEAM".split(" "),
);
const TEXT = ["CONTAINS", "not CONTAINS", "=", "<>", "STARTSWITH", "ENDSWITH"];
const BLANK = ["ISBLANK", "NOTBLANK"];
const SPANS = ["ISTODAY", "THISWEEK", "THISMONTH", "THISQUARTER", "THISYEAR"];
const COUNTED = ["LASTDAYS", "NEXTDAYS"];

/** What may be asked in each way of filtering, the most usual first. */
const OPERATORS = {
  text: [...TEXT, ...BLANK],
  number: ["=", "<>", ">", ">=", "<", "<=", ...BLANK],
  day: [...SPANS, ...COUNTED, "=", "<", "<=", ">", ">=", ...BLANK],
  moment: [...SPANS, ...COUNTED, "<", ">=", ...BLANK],
  choice: ["in", "not in", ...BLANK],
  person: ["in", "not in", "ISMYTEAM", "not ISMYTEAM", ...BLANK],
  held: ["HASANY", "HASALL", "HASNONE", ...BLANK],
  path: ["STARTSWITH", "not STARTSWITH", "=", "<>", ...BLANK],
  yes: ["is", "not is", ...BLANK],
  blank: BLANK,
} as const;

type Way = keyof typeof OPERATORS;

/** Asked by being one of several. */
const ONE_OF = new Set<Way>(["choice", "person"]);

const WAYS: Record<string, Way> = {
  ...ways("text", "text long_text rich_text phone email url code autonumber"),
  ...ways("number", "number integer money percent duration"),
  ...ways("choice", "select cascade reference"),
  ...ways("person", "member team"),
  ...ways("held", "multi_select tags"),
  date: "day",
  datetime: "moment",
  region: "path",
  boolean: "yes",
};

function ways(way: Way, types: string): Record<string, Way> {
  return Object.fromEntries(types.split(" ").map((type) => [type, way]));
}

function wayOf(field: FieldMeta): Way {
  const way = WAYS[shownType(field)] ?? "blank";
  return field.many && ONE_OF.has(way) ? "held" : way;
}

export function operatorsOf(field: FieldMeta): readonly string[] {
  return OPERATORS[wayOf(field)];
}

export function isBare(operator: string): boolean {
  return BARE.has(plain(operator));
}

export function plain(operator: string): string {
  return operator.startsWith(NOT) ? operator.slice(NOT.length) : operator;
}

/** Counted in days from today: `LASTDAYS`, `NEXTDAYS`. */
export function isCounted(operator: string): boolean {
  return COUNTED.includes(plain(operator));
}

/** Two ways to say the same: a filter knows the one on the right. */
const SAME: Record<string, string> = {
  "not =": "<>",
  "not <>": "=",
  "not ISBLANK": "NOTBLANK",
  "not NOTBLANK": "ISBLANK",
  "not HASANY": "HASNONE",
  "not HASNONE": "HASANY",
};
const LISTED: Record<string, string> = { "=": "in", "<>": "not in" };

/** The row for what a `Filter` holds. */
export function rowOf(field: FieldMeta, operator: string, value: unknown): AskedRow {
  const list = value as Operand[] | null;
  const single = plain(operator) === "in" && list?.length === 1;
  const op = single ? (operator === "in" ? "=" : "<>") : plain(operator);
  const row: AskedRow = { field: field.key, op };
  if (!single && operator.startsWith(NOT)) row.not = true;
  if (!isBare(operator) && value != null) row.value = single ? list![0] : (value as Operand);
  return row;
}

/** What a `Filter` shows for a row. */
export function askedOf(field: FieldMeta, row: AskedRow): Asked {
  const said = (row.not ? NOT : "") + row.op;
  const operator = SAME[said] ?? said;
  const listed = ONE_OF.has(wayOf(field)) ? LISTED[operator] : undefined;
  if (!listed) return { operator, value: row.value ?? null };
  return { operator: listed, value: row.value == null ? null : [row.value].flat() };
}

/** Whether a row says enough to be asked. */
export function isComplete({ operator, value }: Asked): boolean {
  if (isBare(operator)) return true;
  return Array.isArray(value) ? value.length > 0 : value != null && value !== "";
}
