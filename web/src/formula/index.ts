/** Formulas in the browser: the trees the server compiled, evaluated on what is in the form. */
import "./calls";
import "./lists";
import { parseMoment, zoneOf } from "./moments";
import { TREE_VERSION, kindOf, type Tree } from "./tree";
import { toWire, type Value } from "./values";
import { UnknownTree, text, value, type Option, type Row, type Scope } from "./machine";

export { dependencies, oldSlots, type Dependencies } from "./dependencies";
export { optionsOf, rowOf, type Fields, type Held } from "./rows";
export { terms, type Term, type Words } from "./terms";
export { UnknownTree } from "./machine";
export type { Option, Row } from "./machine";
export type { Kind, Tree } from "./tree";

/** What a formula is worked out in. */
export interface Surroundings {
  /** The server's time, ISO 8601. */
  now: string;
  /** The workspace's zone by its IANA name. */
  zone: string;
  /** The acting member's id. */
  me: string | null;
  slots?: readonly unknown[] | undefined;
  /** The options of a field in their order, by field id; label is the first the server has. */
  options?: ((fieldId: string) => readonly Option[]) | undefined;
}

/** A place to evaluate: a record's values by field id, and before the edit (null: it is new). */
export function scopeOf(row: Row, around: Surroundings, old?: Row | null): Scope {
  const zone = zoneOf(around.zone);
  const now = parseMoment(around.now, zone) ?? 0n;
  const { me, slots = [], options = () => [] } = around;
  return { row, old, world: { zone, now, today: zone.local(now).date, me, slots, options } };
}

/** The value as records carry it. UnknownTree for what only the server can work out. */
export function evaluate(tree: Tree, scope: Scope): unknown {
  return toWire(kindOf(tree), evaluated(tree, scope));
}

/** Whether a condition holds; a blank does not. UnknownTree. */
export function holds(tree: Tree, scope: Scope): boolean {
  return evaluated(tree, scope) === true;
}

/** The value as text, as `&` would join it. UnknownTree. */
export function shown(tree: Tree, scope: Scope): string | null {
  check(tree);
  return text(tree, scope);
}

function evaluated(tree: Tree, scope: Scope): Value {
  check(tree);
  return value(tree, scope);
}

function check(tree: Tree): void {
  if (tree.v !== TREE_VERSION) throw new UnknownTree(`version ${tree.v}`);
}
