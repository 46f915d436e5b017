/** The evaluator: every class of node, in value, truth and text form. Total: a bad value is blank. */
import { addDays, dateText } from "./calendar";
import { inCalendar, type Zone } from "./moments";
import { divide, multiply, num, numberText, percent, power, rounded, type Num } from "./numbers";
import { kindOf, type Kind, type Tree } from "./tree";
import { fromWire, order, same, type Value } from "./values";

export interface Option {
  key: string;
  /** The first of its labels, as the server has them. */
  label?: string | undefined;
}

/** A record's values as they travel, by field id; lines as a list of such rows. */
export type Row = Readonly<Record<string, unknown>>;

export interface World {
  zone: Zone;
  /** Microseconds since 1970: the server's now, and today in the zone. */
  now: bigint;
  today: number;
  me: string | null;
  slots: readonly unknown[];
  options: (fieldId: string) => readonly Option[];
}

/** The rows a column may mean; `old` is the row before the edit, null for a new record. */
export interface Scope {
  world: World;
  row: Row | null;
  outer?: Scope | undefined;
  old?: Row | null | undefined;
}

/** A node class, function or slot this evaluator does not know: the server decides alone. */
export class UnknownTree extends Error {}

type Run = (node: Tree, scope: Scope) => Value;

const makers = new Map<string, Run>();

type Classed<Name, Node = Tree> = Node extends { is: infer Is }
  ? Name extends Is
    ? Node
    : never
  : never;

/** Other files add the classes they know. */
export function register<Name extends Tree["is"]>(
  name: Name,
  run: (node: Classed<Name>, scope: Scope) => Value,
): void {
  makers.set(name, run as Run);
}

/** The value as it is: a yes/no may be blank. */
export function raw(node: Tree, scope: Scope): Value {
  const run = makers.get(node.is);
  if (!run) throw new UnknownTree(node.is);
  return run(node, scope);
}

/** The value; a yes/no is never blank. */
export function value(node: Tree, scope: Scope): Value {
  const got = raw(node, scope);
  return kindOf(node) === "bool" ? got === true : got;
}

export function truth(node: Tree, scope: Scope): boolean {
  return raw(node, scope) === true;
}

export function text(node: Tree, scope: Scope): string | null {
  const got = value(node, scope);
  if (got === null) return null;
  switch (kindOf(node)) {
    case "bool":
      return got ? "TRUE" : "FALSE";
    case "number":
      return numberText(got as Num);
    case "date":
      return dateText(got as number);
    case "datetime":
      return scope.world.zone.text(got as bigint);
    case "choice":
      return optionsOf(node, scope).find((each) => each.key === got)?.label ?? (got as string);
    default:
      return String(got);
  }
}

/** A value in the kind its surroundings have. */
export function coerced(node: Tree, kind: Kind, scope: Scope): Value {
  const own = kindOf(node);
  if (own === "blank") return kind === "bool" ? false : null;
  if (kind === "text") return text(node, scope);
  const got = value(node, scope);
  return kind === "datetime" && own === "date" && got !== null
    ? scope.world.zone.midnight(got as number)
    : got;
}

export function number(node: Tree, scope: Scope): Num | null {
  return coerced(node, "number", scope) as Num | null;
}

/** A time, or the midnight of a date. */
export function moment(node: Tree, scope: Scope): bigint | null {
  return coerced(node, "datetime", scope) as bigint | null;
}

/** A date, or the local date of a time. */
export function day(node: Tree, scope: Scope): number | null {
  const got = coerced(node, "date", scope);
  return typeof got === "bigint" ? scope.world.zone.local(got).date : (got as number | null);
}

/** A value whose blankness is asked: an empty list is blank. */
export function blankable(node: Tree, scope: Scope): Value {
  const got = raw(node, scope);
  if (kindOf(node) === "bool" && node.is !== "Column") return got === true;
  return Array.isArray(got) && kindOf(node) !== "json" && !got.length ? null : got;
}

export function optionsOf(node: Tree, scope: Scope): readonly Option[] {
  if (node.is === "Change" && node.args[0]) return optionsOf(node.args[0], scope);
  if (node.is === "Column") return scope.world.options(node.path[0]);
  return node.is === "Slot" && node.of ? scope.world.options(node.of[1]) : [];
}

type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export function compare(op: Operator, left: Tree, right: Tree, scope: Scope): boolean {
  const [one, other] = pair(left, right, scope);
  if (op === "=" || op === "<>") return same(one, other) === (op === "=");
  if (one === null || other === null) return false;
  const rank = order(one, other);
  if (op === "<") return rank < 0;
  if (op === "<=") return rank <= 0;
  return op === ">" ? rank > 0 : rank >= 0;
}

function pair(left: Tree, right: Tree, scope: Scope): [Value, Value] {
  const kinds = [kindOf(left), kindOf(right)];
  const has = (kind: Kind) => kinds.includes(kind);
  if (has("blank")) return [blankable(left, scope), blankable(right, scope)];
  if (has("date") && has("datetime")) return [moment(left, scope), moment(right, scope)];
  if (has("choice") && has("text")) return [text(left, scope), text(right, scope)];
  return [value(left, scope), value(right, scope)];
}

/** A moment some seconds on, to the microsecond. */
export function later(start: bigint | null, seconds: Num | null): bigint | null {
  if (start === null || seconds === null || seconds.abs().gt(1e12)) return null;
  return inCalendar(start + BigInt(rounded(seconds, 6).times(1e6).toFixed()));
}

/** A date some days on. */
export function shifted(date: number | null, days: Num | null): number | null {
  if (date === null || days === null || days.abs().gt(1e7)) return null;
  return addDays(date, days.trunc().toNumber());
}

/** Time between in a unit of so many seconds. */
export function apart(from: bigint | null, to: bigint | null, unit: number): Num | null {
  return from === null || to === null ? null : divide(seconds(to - from), num(unit));
}

export function seconds(micros: bigint): Num {
  return num(micros).times("1e-6");
}

function moved(start: Tree, days: Num | null, scope: Scope): Value {
  const from = value(start, scope);
  if (kindOf(start) === "datetime") return later(from as bigint | null, days && days.times(86_400));
  return shifted(from as number | null, days);
}

const isDay = (node: Tree) => kindOf(node) === "date" || kindOf(node) === "datetime";

register("Arithmetic", (node, scope) => {
  const { op, left, right } = node;
  if (isDay(node)) {
    const [start, days] = isDay(left) ? [left, right] : [right, left];
    const count = number(days, scope);
    return moved(start, op === "-" && count ? count.negated() : count, scope);
  }
  if (isDay(left) || isDay(right)) return between(left, right, scope);
  const [a, b] = [number(left, scope), number(right, scope)];
  if (a === null || b === null) return null;
  if (op === "+") return a.plus(b);
  if (op === "-") return a.minus(b);
  if (op === "*") return multiply(a, b);
  return op === "/" ? divide(a, b) : power(a, b);
});

function between(left: Tree, right: Tree, scope: Scope): Num | null {
  if (kindOf(left) !== "date" || kindOf(right) !== "date") {
    return apart(moment(right, scope), moment(left, scope), 86_400);
  }
  const [one, other] = [value(left, scope) as number | null, value(right, scope) as number | null];
  return one === null || other === null ? null : num(one - other);
}

register("Literal", (node, { world }) =>
  fromWire(kindOf(node) === "choice" ? "text" : kindOf(node), node.value, world.zone),
);
register("TrueNode", () => true);
register("FalseNode", () => false);
register("Me", (_, { world }) => world.me);
register("Column", (node, scope) => {
  let holder = scope;
  for (let level = node.level ?? 0; level > 0 && holder.outer; level -= 1) holder = holder.outer;
  return fromWire(kindOf(node), holder.row?.[node.path[0]], scope.world.zone);
});
register("Slot", (node, { world }) => fromWire(kindOf(node), world.slots[node.index], world.zone));
register("Compare", (node, scope) => compare(node.op, node.left, node.right, scope));
register("In", (node, scope) => node.items.some((item) => compare("=", node.value, item, scope)));
register("And", (node, scope) => node.items.every((item) => truth(item, scope)));
register("Or", (node, scope) => node.items.some((item) => truth(item, scope)));
register("Not", (node, scope) => !truth(node.item, scope));
register("Unary", (node, scope) => {
  const got = number(node.item, scope);
  return got && (node.op === "-" ? got.negated() : percent(got));
});
register("Concat", (node, scope) => concat(node.items, scope));

export function concat(items: readonly Tree[], scope: Scope): string | null {
  return items.map((item) => text(item, scope) ?? "").join("") || null;
}
