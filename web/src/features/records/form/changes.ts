/** What an edit changes of a record, as it is sent. */
import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, Meta, ObjectMeta, Row, Values } from "@/api/types";
import { written } from "@/fields/written";
import { valuesOf } from "@/fields/scope";

export function changesOf(
  meta: Meta | undefined,
  object: ObjectMeta,
  row: Row | null,
  edits: Values,
): Values {
  const before = valuesOf(row);
  const made: Values = {};
  for (const [key, value] of Object.entries(edits)) {
    const field = fieldOf(object, key);
    if (!field) continue;
    const after = sent(meta, field, value) ?? null;
    const old = sent(meta, field, before[key]) ?? null;
    if (row ? JSON.stringify(after) !== JSON.stringify(old) : after !== null) made[key] = after;
  }
  return made;
}

/** Lines go as a whole list: those that are there by id, without what is computed. */
function sent(meta: Meta | undefined, field: FieldMeta, value: unknown): unknown {
  const line = meta?.objects.find((each) => each.key === field.object);
  if (field.type !== "lines" || !line || !Array.isArray(value)) return written(field, value);
  const fields = line.fields.filter((each) => each.writable);
  return (value as Values[]).map((each) => {
    // What is left blank in a new line gets its default, as in a new record.
    const told = fields.filter((one) => (each.id ? one.key in each : each[one.key] != null));
    const values = told.map((one) => [one.key, written(one, each[one.key])] as const);
    return { ...(each.id ? { id: each.id } : {}), ...Object.fromEntries(values) };
  });
}
