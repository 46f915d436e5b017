/** Values that every row gets, on the wire: references by id. */
import type { Reference } from "@/api/types";

export function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  return isReference(value) ? value.id : value;
}

function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && "id" in value && "title" in value;
}

export function without<T>(values: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([each]) => each !== key));
}
