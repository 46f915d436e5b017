/** SUM, COUNT … over the lines of a record, and the row before the edit. */
import { compare, raw, register, text, truth, value, type Row, type Scope } from "./machine";
import { divide, num, numberText, sum, Exact, type Num } from "./numbers";
import { capped } from "./texts";
import { kindOf, type AggregateNode } from "./tree";
import { order, same, type Value } from "./values";

/** SUM, COUNT, AVG … of values; blanks are skipped. */
export function total(name: string, values: readonly Value[]): Value {
  const present = values.filter((each) => each !== null);
  const numbers = present as Num[];
  switch (name) {
    case "COUNT":
      return num(present.length);
    case "COUNTD":
      return num(new Set(present.map(single)).size);
    case "SUM":
      return sum(numbers);
    case "AVG":
      return numbers.length ? divide(sum(numbers), num(numbers.length)) : null;
    case "MEDIAN":
      return median(numbers);
    default: {
      const [first, ...rest] = present;
      if (first === undefined) return null;
      const way = name === "MIN" ? -1 : 1;
      return rest.reduce((best, each) => (order(each, best) * way > 0 ? each : best), first);
    }
  }
}

function single(each: Value): unknown {
  return each instanceof Exact ? numberText(each) : each;
}

function median(numbers: Num[]): Value {
  const ordered = [...numbers].sort((a, b) => a.cmp(b));
  const [low, high] = [
    ordered[Math.floor((ordered.length - 1) / 2)],
    ordered[Math.floor(ordered.length / 2)],
  ];
  return low && high ? low.plus(high).times("0.5") : null;
}

register("Aggregate", (node, scope) => {
  const { name, filters = [] } = node;
  const every = (inner: Scope) => filters.every((filter) => truth(filter, inner));
  const rows = linesOf(node, scope);
  if (name === "ALL") return rows.every(every);
  const found = rows.filter(every);
  if (name === "EXISTS") return found.length > 0;
  if (!node.value) return num(found.length);
  const item = node.value;
  if (name === "JOIN") {
    const shown = found.map((inner) => text(item, inner)).filter((each) => each !== null);
    return shown.length ? capped(shown.join(node.separator ?? "")) : null;
  }
  const shownAs = kindOf(item) === "choice" && kindOf(node) === "text" ? text : value;
  const values = found.map((inner) => shownAs(item, inner));
  if (name === "FIRST") return values[0] ?? null;
  return name === "LAST" ? (values.at(-1) ?? null) : total(name, values);
});

/** The rows of a list in the order they were made; those not saved yet come last. */
function linesOf(node: AggregateNode, scope: Scope): Scope[] {
  const held = scope.row?.[node.path[0] ?? ""];
  const rows = Array.isArray(held) ? (held as Row[]) : [];
  const { world } = scope;
  return [...rows].sort(made).map((row) => ({ world, row, outer: scope }));
}

function made(a: Row, b: Row): number {
  return later(a["created_at"], b["created_at"]) || later(a["id"], b["id"]);
}

function later(a: unknown, b: unknown): number {
  if (typeof a !== "string" || typeof b !== "string") {
    return Number(typeof a !== "string") - Number(typeof b !== "string");
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

register("Change", (node, scope) => {
  const before: Scope = { world: scope.world, row: scope.old ?? null };
  const [first, ...goals] = node.args;
  if (!first) return null;
  if (node.name === "OLD") return raw(first, before);
  if (node.name === "BECAME") {
    const held = scope.old != null && truth(first, before);
    return truth(first, scope) && !held;
  }
  const differs = !same(raw(first, scope), raw(first, before));
  if (node.name === "CHANGED") return differs;
  const [source, goal] = goals.length > 1 ? goals : [undefined, goals[0]];
  if (!differs || !goal || !compare("=", first, goal, scope)) return false;
  return !source || compare("=", first, source, before);
});
