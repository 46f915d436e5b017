/** A value as it is sent: references and files by id, blanks as null. */
import type { FieldMeta } from "@/api/types";

const BY_ID = new Set([
  "member",
  "team",
  "reference",
  "file",
  "image",
  "photo",
  "audio",
  "signature",
]);

export function written(field: FieldMeta, value: unknown): unknown {
  if (value === "" || value === undefined) return null;
  if (!BY_ID.has(field.type)) return value;
  return Array.isArray(value) ? value.map(idOf) : idOf(value);
}

function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { id: string }).id : value;
}
