/** Values of formulas: from the wire, to the wire, compared. Blank is null, a text is never "". */
import { dateText, parseDate } from "./calendar";
import { momentText, parseMoment, type Zone } from "./moments";
import { Exact, num, numberText, type Num } from "./numbers";
import type { Kind } from "./tree";

/** number: Num · text, choice, ref: string · bool: boolean · date: days · datetime: microseconds. */
export type Value = Num | string | boolean | number | bigint | string[] | object | null;

const READERS: Partial<Record<Kind, (wire: unknown, zone: Zone) => Value>> = {
  number: (wire) => (typeof wire === "string" || typeof wire === "number" ? number(wire) : null),
  bool: (wire) => (typeof wire === "boolean" ? wire : null),
  date: (wire) => (typeof wire === "string" ? parseDate(wire) : null),
  datetime: (wire, zone) => (typeof wire === "string" ? parseMoment(wire, zone) : null),
  ref: reference,
  multi: references,
  uuids: references,
  json: (wire) => wire as Value,
  text: written,
  choice: written,
};

/** A value as records carry it. What is not of the kind is blank. */
export function fromWire(kind: Kind, wire: unknown, zone: Zone): Value {
  return wire == null || wire === "" ? null : (READERS[kind]?.(wire, zone) ?? null);
}

function written(wire: unknown): string | null {
  return typeof wire === "string" ? wire : null;
}

function references(wire: unknown): string[] | null {
  return Array.isArray(wire) ? wire.map(reference).filter((id) => id !== null) : null;
}

function number(wire: string | number): Num | null {
  try {
    const made = num(wire);
    return made.isFinite() ? made : null;
  } catch {
    return null; // half-typed
  }
}

/** References are written as an id and read as `{id, title}`. */
function reference(wire: unknown): string | null {
  const id = typeof wire === "object" && wire !== null ? (wire as { id?: unknown }).id : wire;
  return typeof id === "string" ? id : null;
}

/** A value as records carry it. */
export function toWire(kind: Kind, value: Value): unknown {
  if (value === null) return null;
  if (value instanceof Exact) return numberText(value);
  if (typeof value === "bigint") return momentText(value);
  return kind === "date" && typeof value === "number" ? dateText(value) : value;
}

/** Whether two values of one kind are the same. */
export function same(a: Value, b: Value): boolean {
  if (a instanceof Exact && b instanceof Exact) return a.eq(b);
  if (typeof a === "object" && typeof b === "object") return plain(a) === plain(b);
  return a === b;
}

/** One text per value, whatever the order of its keys. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).sort(([a], [b]) => compareTexts(a, b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${plain(item)}`).join()}}`;
}

/** Below 0, 0 or above 0. Both are of one ordered kind and not blank. */
export function order(a: Value, b: Value): number {
  if (a instanceof Exact && b instanceof Exact) return a.cmp(b);
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  const [one, other] = [a as number | bigint, b as number | bigint];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** By code points, as the database sorts. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return ranked(one) - ranked(other);
  }
  return a.length - b.length;
}

/** Surrogates stand for what comes after every other unit. */
function ranked(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
