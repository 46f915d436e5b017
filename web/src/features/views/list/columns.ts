/** Which columns a list shows when no saved view says so. */
import { systemField } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";

/** Too tall, too many or too technical for a first look. */
const UNLISTED = new Set([
  "lines",
  "json",
  "rich_text",
  "long_text",
  "file",
  "image",
  "photo",
  "audio",
  "signature",
  "autonumber",
  "formula",
  "rollup",
  "lookup",
]);
const SHOWN = 6;

/** The title, the first fields in order, the owner, and when it changed. */
export function columnsOf(object: ObjectMeta): FieldMeta[] {
  const title = object.fields.find((field) => field.key === object.title_field);
  const rest = object.fields.filter(
    (field) => field !== title && !UNLISTED.has(field.type) && !field.key.startsWith("external_"),
  );
  const system = ["owner", "updated_at"].map((key) => systemField(object, key));
  const fields = [title, ...rest.slice(0, SHOWN), ...system];
  return fields.filter((field): field is FieldMeta => field != null);
}

/** What a card says below its title: one text, one state, one figure, one person, in this order. */
const FACTS = [
  ["reference", "text", "phone"],
  ["select", "cascade"],
  ["money", "number", "percent"],
  ["member"],
];
const DAYS = ["date", "datetime"];

export function factsOf(columns: FieldMeta[], isShown: (field: FieldMeta) => boolean): FieldMeta[] {
  const rest = columns.slice(1).filter(isShown);
  const found = FACTS.map((types) => rest.find((field) => types.includes(field.type)));
  return found.filter((field): field is FieldMeta => field != null);
}

/**
 * The day a card says beside its title, of those its columns show: what the list is sorted by,
 * else the first that can be late, else the first there is.
 */
export function dayOf(columns: FieldMeta[], sort: string[]): FieldMeta | undefined {
  const days = columns.filter((field) => DAYS.includes(field.type));
  const sorted = sort[0]?.replace(/^-/, "");
  return (
    days.find((field) => field.key === sorted) ?? days.find((field) => field.late_when) ?? days[0]
  );
}
