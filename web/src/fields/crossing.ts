/** What two people changed alike: found by comparing what one saw with what is there now. */
import { fieldOf } from "@/api/catalogue";
import { isProblem } from "@/api/problem";
import type { ObjectMeta, Row, Values } from "@/api/types";

import type { Crossing } from "./Conflict";
import { valuesOf } from "./scope";
import { written } from "./written";

/** Whether a write was refused because the record is not any more as it was seen. */
export function isOutdated(error: unknown): boolean {
  return isProblem(error) && error.errors.some(({ code }) => code === "record.conflict");
}

/**
 * The fields of `mine` (as they are sent) that somebody else has changed since they were `seen`,
 * to something else than mine. Others' changes of other fields are in nobody's way.
 */
export function crossingsIn(object: ObjectMeta, seen: Values, now: Row, mine: Values): Crossing[] {
  const theirs = valuesOf(now);
  return Object.keys(mine).flatMap((key) => {
    const field = fieldOf(object, key);
    if (!field) return [];
    const [before, there, own] = [seen[key], theirs[key], mine[key]].map((value) =>
      JSON.stringify(written(field, value) ?? null),
    );
    if (before === there || there === own) return [];
    return [{ field: key, label: field.label, original: seen[key], theirs: theirs[key] }];
  });
}
