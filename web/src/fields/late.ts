/** Whether the time of a date has passed: as the object's own yes or no says (`late_when`). */
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";

export function isLate(row: Row, field: FieldMeta): boolean {
  return field.late_when != null && row.values[field.late_when] === true;
}

/** The fields to ask the server for when these are shown: what says that they are late, too. */
export function withLate(object: ObjectMeta, keys: (string | null | undefined)[]): string[] {
  const shown = keys.filter((key) => key != null);
  const says = object.fields
    .filter(({ key, late_when }) => late_when != null && shown.includes(key))
    .map(({ late_when }) => late_when!);
  return [...new Set([...shown, ...says])];
}
