/** How a record's fields are laid out when no form says so. */
import { systemField } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";

export interface Section {
  key: "details" | "system";
  fields: FieldMeta[];
}

const SYSTEM = ["owner", "team", "created_at", "created_by", "updated_at", "updated_by"];

export function sectionsOf(object: ObjectMeta): Section[] {
  const details = object.fields.filter((field) => field.type !== "lines");
  const system = SYSTEM.map((key) => systemField(object, key));
  return [
    { key: "details", fields: details },
    { key: "system", fields: system.filter((field) => field != null) },
  ];
}
