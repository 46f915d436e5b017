/** JSON by keys. */
import { parseDate } from "./calendar";
import { num, numberText, type Num } from "./numbers";
import { written } from "./texts";
import type { Value } from "./values";

/** What lies under the keys; undefined for nothing, null for JSON's null. */
export function dig(document: unknown, keys: readonly string[]): unknown {
  let at: unknown = document ?? undefined;
  for (const key of keys) {
    if (Array.isArray(at)) at = /^-?[0-9]{1,9}$/.test(key) ? at.at(Number(key)) : undefined;
    else if (typeof at === "object" && at !== null && Object.hasOwn(at, key)) {
      at = (at as Record<string, unknown>)[key];
    } else return undefined;
  }
  return at;
}

function asNumber(value: unknown): Num | null {
  if (typeof value === "string") return written(value);
  return typeof value === "number" ? num(value) : null;
}

function asText(value: unknown): string | null {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return value || null;
  const number = asNumber(value);
  return number && numberText(number);
}

export const READINGS: Record<string, (found: unknown) => Value> = {
  GET: asText,
  GETNUM: asNumber,
  GETBOOL: (found) => found === true,
  GETDATE: (found) => parseDate(asText(found)),
  HASKEY: (found) => found !== undefined,
};
