/** What a new record takes over from the one it is begun at. */
import type { Meta, ObjectMeta, Row, Values } from "@/api/types";

/** The reference back, and what both call the same: a visit at a deal is a visit of its account. */
export function givenBy(target: ObjectMeta, via: string, row: Row): Values {
  const given: Values = { [via]: { id: row.id, title: row.title } };
  for (const { key, type, many, writable } of target.fields) {
    const value = row.values[key];
    const alike = type === "reference" && !many && writable && key !== via;
    if (alike && value != null && typeof value === "object" && "id" in value) given[key] = value;
  }
  return given;
}

export interface Logging {
  target: ObjectMeta;
  given: Values;
}

/** The kinds of happening (objects on the timeline) that can be noted down at a record. */
export function loggingsAt(meta: Meta, object: ObjectMeta, row: Row): Logging[] {
  return meta.objects.flatMap((target) => {
    const via = target.fields.find(
      (field) => field.type === "reference" && field.object === object.key && field.writable,
    );
    const fits = target.timeline && target.verbs.includes("create") && target.key !== object.key;
    return fits && via ? [{ target, given: givenBy(target, via.key, row) }] : [];
  });
}
