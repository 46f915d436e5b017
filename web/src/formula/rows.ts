/** From the wire to what formulas read: values by field id instead of by key, options by field. */
import type { Option, Row } from "./machine";

interface Choice {
  key: string;
  label: string | { "zh-CN"?: string; en?: string };
  options?: readonly Choice[] | undefined;
}

/** What of `/meta` counts here. */
export interface Fields {
  key: string;
  fields: readonly {
    id: string;
    key: string;
    type: string;
    object?: string | undefined;
    options?: readonly Choice[] | undefined;
  }[];
  title_field: string | null;
}

/** A record as read: `values` by key, the system's fields beside them. */
export interface Held {
  values: Readonly<Record<string, unknown>>;
  [system: string]: unknown;
}

const SYSTEM = "id version created_at created_by updated_at updated_by owner team".split(" ");

/** A record, or what a form holds of one, as a row; `objects` are all of `/meta`. */
export function rowOf(record: Held, object: Fields, objects: readonly Fields[]): Row {
  const row: Record<string, unknown> = {};
  for (const name of SYSTEM) row[name] = record[name];
  if (object.title_field) row["title"] = record.values[object.title_field];
  return Object.assign(row, named(record.values, object, objects));
}

function named(
  values: Readonly<Record<string, unknown>>,
  object: Fields,
  objects: readonly Fields[],
): Row {
  const row: Record<string, unknown> = {};
  for (const { id, key, type, object: target } of object.fields) {
    const held = values[key];
    const lines = type === "lines" && Array.isArray(held) ? (held as Row[]) : undefined;
    const of = lines && objects.find((each) => each.key === target);
    row[id] = of ? lines.map((line) => ({ ...named(line, of, objects), id: line["id"] })) : held;
  }
  return row;
}

/** The options of every field, looked up by its id; labels are those formulas have: Chinese. */
export function optionsOf(objects: readonly Fields[]): (fieldId: string) => readonly Option[] {
  const fields = new Map(objects.flatMap((each) => each.fields).map((each) => [each.id, each]));
  const made = new Map<string, Option[]>();
  return (id) => {
    let options = made.get(id);
    if (!options) made.set(id, (options = flat(fields.get(id)?.options ?? [])));
    return options;
  };
}

/** Options below options go by their path. */
function flat(choices: readonly Choice[], above?: Option): Option[] {
  return choices.flatMap((choice) => {
    const label = text(choice.label) ?? choice.key;
    const option = above
      ? { key: `${above.key}/${choice.key}`, label: `${above.label}/${label}` }
      : { key: choice.key, label };
    return [option, ...flat(choice.options ?? [], option)];
  });
}

function text(label: Choice["label"]): string | undefined {
  return typeof label === "string" ? label : (label["zh-CN"] ?? label.en);
}
