/** Cells copied from a table (Excel, WPS, a web page), read as values of lines. */
import { findMembers } from "@/api/people";
import { offeredRecords } from "@/api/picking";
import type { FieldMeta, Values } from "@/api/types";
import { today } from "@/lib/format/dates";
import { readDay } from "@/lib/format/days";
import { readNumber } from "@/lib/format/typed";
import type { Label } from "@/lib/label";
import { separated } from "@/ui/preview/separated";

/** As many lines come by one paste. */
const MOST_LINES = 200;

export interface Pasted {
  lines: Values[];
  /** Names nobody was found by: their cells stay blank. */
  unknown: string[];
}

/** The cells of a text; null for one that is a single cell, which goes where the cursor is. */
export function cellsOf(text: string): string[][] | null {
  const rows = separated(text, "\t").filter((row) => row.some((cell) => cell.trim()));
  return rows.length > 1 || (rows[0]?.length ?? 0) > 1 ? rows.slice(0, MOST_LINES) : null;
}

/** Which field each cell of a row fills: by a first row of names, else one after the other. */
export function placesOf(
  rows: string[][],
  columns: FieldMeta[],
  from: FieldMeta,
  label: (label: Label) => string,
): { fields: (FieldMeta | undefined)[]; rows: string[][] } {
  const typed = columns.filter((column) => column.writable);
  const named = rows[0]!.map((cell) => columns.find((each) => label(each.label) === cell.trim()));
  if (named.every(Boolean))
    return {
      fields: named.map((each) => (each?.writable ? each : undefined)),
      rows: rows.slice(1),
    };
  const start = typed.findIndex((each) => each.key === from.key);
  return { fields: typed.slice(Math.max(start, 0)), rows };
}

/** Values of the lines; what cannot be read stays as it is written, and saving says why. */
export async function readPasted(
  rows: string[][],
  fields: (FieldMeta | undefined)[],
  label: (label: Label) => string,
): Promise<Pasted> {
  const known = new Map<string, Promise<unknown>>();
  const unknown = new Set<string>();
  const ask = (field: FieldMeta, text: string) => {
    const place = `${field.key}\n${text}`;
    if (!known.has(place)) known.set(place, named(field, text));
    return known.get(place)!;
  };
  const read = async (field: FieldMeta, text: string) => {
    if (!NAMED.has(field.type)) return valueOf(field, text, label);
    const found = await ask(field, text);
    if (!found) unknown.add(text);
    return found && field.many ? [found] : found;
  };
  const lines: Values[] = [];
  for (const row of rows) {
    const line: Values = {};
    for (const [at, cell] of row.entries()) {
      const field = fields[at];
      if (field && cell.trim()) line[field.key] = await read(field, cell.trim());
    }
    lines.push(line);
  }
  return { lines, unknown: [...unknown] };
}

const NAMED = new Set(["reference", "member"]);

/** The one of that name, or the only one found by it. */
async function named(field: FieldMeta, text: string): Promise<unknown> {
  const found =
    field.type === "member"
      ? (await findMembers(text)).map(({ id, name }) => ({ id, title: name }))
      : await offeredRecords(field.object ?? "", text);
  const same = found.filter(({ title }) => title === text);
  const one = same.length ? same : found;
  return one.length === 1 ? { id: one[0]!.id, title: one[0]!.title } : null;
}

function valueOf(field: FieldMeta, text: string, label: (label: Label) => string): unknown {
  switch (field.type) {
    case "number":
    case "money":
    case "integer":
      return readNumber(text) ?? text;
    case "percent":
      return readNumber(/[%‰％]$/.test(text) ? text : `${text}%`) ?? text;
    case "date":
      return readDay(text, today()) ?? text;
    case "select":
      return field.options?.find((each) => label(each.label) === text)?.key ?? text;
    default:
      return text;
  }
}
