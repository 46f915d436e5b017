/** Records as formulas see them in the browser: values by field id, and what lies around them. */
import type { Meta, ObjectMeta, Option, Row, Values } from "@/api/types";
import type { Option as Choice } from "@/formula";
import { shownZone } from "@/lib/format/dates";
import { labelText } from "@/lib/label";

const SYSTEM = ["owner", "team", "created_at", "created_by", "updated_at", "updated_by"] as const;

/** What formulas are worked out in, here and now. */
export function surroundings(meta: Meta | undefined, me: string | null, slots?: unknown[]) {
  const fields = meta?.objects.flatMap((each) => each.fields) ?? [];
  const options = (id: string) => flat(fields.find((field) => field.id === id)?.options ?? []);
  return { now: new Date().toISOString(), zone: shownZone(), me, slots, options };
}

/** A cascade's options are paths, in their keys (`a/b`) as in their labels. */
function flat(options: Option[], above?: Choice): Choice[] {
  return options.flatMap(({ key, label, options: below }) => {
    const own = { key, label: labelText(label, "zh-CN") };
    const made = above
      ? { key: `${above.key}/${own.key}`, label: `${above.label}/${own.label}` }
      : own;
    return [made, ...flat(below ?? [], made)];
  });
}

/** All values of a record, built-in columns among them, by key. */
export function valuesOf(row: Row | null): Values {
  if (!row) return {};
  return { ...Object.fromEntries(SYSTEM.map((key) => [key, row[key]])), ...row.values };
}

/** Trees name fields by id; lines are rows of their own object. */
export function byId(meta: Meta | undefined, object: ObjectMeta, values: Values): Values {
  const made: Values = {};
  for (const key of SYSTEM) if (key in values) made[key] = values[key];
  for (const field of object.fields) {
    if (!(field.key in values)) continue;
    const value = values[field.key];
    const target = field.type === "lines" && meta?.objects.find((o) => o.key === field.object);
    made[field.id] =
      target && Array.isArray(value)
        ? value.map((line) => byId(meta, target, line as Values))
        : value;
  }
  return made;
}
