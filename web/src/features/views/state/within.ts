/** Conditions of a part of a list: a group, a column of a board, a day. */
import type { FieldMeta } from "@/api/types";
import type { Grain } from "@/api/views";

/** All of them have to hold; blank ones say nothing. */
export function both(...filters: string[]): string {
  const said = filters.filter((each) => each.trim());
  return said.length < 2 ? (said[0] ?? "") : said.map((each) => `(${each})`).join(" AND ");
}

/** The rows whose field holds the value a group stands for. */
export function isIn(field: FieldMeta, value: unknown, grain?: Grain | null): string {
  const name = field.key
    .split(".")
    .map((part) => `[${part}]`)
    .join(".");
  if (value == null || value === "") return `ISBLANK(${name})`;
  if (field.kind === "bool") return value === true ? name : `NOT ${name}`;
  if (field.kind === "date" || field.kind === "datetime") return during(name, String(value), grain);
  if (field.kind === "number") return `${name} = ${String(value)}`;
  const text = typeof value === "object" ? (value as { id: string }).id : String(value);
  return `${name} = "${text.replaceAll('"', '""')}"`;
}

const MONTHS: Record<Grain, number> = { day: 0, week: 0, month: 1, quarter: 3, year: 12 };

/** From the first day of a period to the first day behind it. */
function during(name: string, iso: string, grain?: Grain | null): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number) as [number, number, number];
  const months = MONTHS[grain ?? "day"];
  const days = months ? 0 : grain === "week" ? 7 : 1;
  const end = new Date(Date.UTC(year, month - 1 + months, day + days));
  const until = [end.getUTCFullYear(), end.getUTCMonth() + 1, end.getUTCDate()].join(",");
  return `${name} >= DATE(${year},${month},${day}) AND ${name} < DATE(${until})`;
}
