/** Which fields of a happening a short note fills, and the values it is written with. */
import type { FieldMeta, ObjectMeta, Values } from "@/api/types";
import type { Logging } from "@/features/records/panel/beginning";
import { written } from "@/fields/written";

export interface Note {
  text: string;
  /** Key of an option; none: the server's default. */
  choice?: string;
  /** `2026-01-31`, or none. */
  day?: string;
  /** Of what is meant: sent twice it is written once. */
  key: string;
}

export interface Asked {
  title?: FieldMeta;
  choice?: FieldMeta;
  text?: FieldMeta;
  day?: FieldMeta;
}

/** Of the form's quick fields: what kind it was, the words, and when to go on. */
export function askedOf(target: ObjectMeta, quick: string[]): Asked {
  const fields = quick.flatMap((key) => target.fields.find((each) => each.key === key) ?? []);
  const first = (type: string) => fields.find((each) => each.type === type && each.writable);
  const title = target.fields.find(({ key, writable }) => key === target.title_field && writable);
  return { title, choice: first("select"), text: first("long_text"), day: first("date") };
}

/** The first line names it; where there is no room for the rest, all of it does. */
export function valuesOf({ target, given }: Logging, asked: Asked, note: Note): Values {
  const values: Values = {};
  for (const [key, value] of Object.entries(given)) {
    const field = target.fields.find((each) => each.key === key);
    if (field) values[key] = written(field, value);
  }
  const text = note.text.trim();
  const name = asked.text ? (text.split("\n")[0] ?? "") : text;
  const signs = Array.from(name);
  const { title } = asked;
  if (title) values[title.key] = signs.slice(0, title.max_length ?? signs.length).join("");
  if (asked.text) values[asked.text.key] = text;
  if (asked.choice && note.choice) values[asked.choice.key] = note.choice;
  if (asked.day && note.day) values[asked.day.key] = note.day;
  return values;
}

/** So many days after an ISO day. */
export function daysAfter(iso: string, days: number): string {
  const at = new Date(`${iso}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
