/** Field types by name. Cells are in the first download; the rest comes when it is needed. */
import { createElement, type ComponentType } from "react";

import type { FieldMeta } from "@/api/types";
import { later } from "@/ui/later";

import type { Cell, Editor, Filter, Settings } from "./protocol";

type Loader = () => Promise<{ default: ComponentType }>;
/** Its code can be asked for before it is shown: `useFetched`. */
type Coming = Pick<ReturnType<typeof later>, "fetch" | "here">;

const CELLS = import.meta.glob<Cell>("./*/Cell.tsx", { eager: true, import: "default" });
const EDITORS = lazily<Editor>(import.meta.glob("./*/Editor.tsx") as Record<string, Loader>);
const FILTERS = lazily<Filter>(import.meta.glob("./*/Filter.tsx") as Record<string, Loader>);
const SETTINGS = lazily<Settings>(import.meta.glob("./*/Settings.tsx") as Record<string, Loader>);

const SCHEMA_SETTINGS = later(() => import("./SchemaSettings")) as unknown as Settings;

/** Computed fields are shown as what they compute. */
const BY_KIND: Record<string, string> = {
  number: "number",
  text: "text",
  bool: "boolean",
  date: "date",
  datetime: "datetime",
  choice: "select",
  multi: "tags",
  ref: "reference",
  uuids: "reference",
  json: "json",
};
const COMPUTED = new Set(["formula", "rollup", "lookup"]);
const RIGHT = new Set(["number", "money", "percent", "integer", "duration"]);
const WIDTHS: Record<string, number> = {
  text: 180,
  long_text: 240,
  rich_text: 240,
  reference: 180,
  number: 110,
  money: 120,
  percent: 90,
  integer: 90,
  duration: 100,
  date: 110,
  datetime: 150,
  boolean: 80,
  member: 136,
  team: 120,
  autonumber: 150,
};
const WIDTH = 140;

/** The type whose parts show a field. */
export function shownType(field: FieldMeta): string {
  if (!COMPUTED.has(field.type)) return field.type;
  return field.shown_as ?? BY_KIND[field.kind] ?? "text";
}

export function cellOf(field: FieldMeta): Cell {
  return CELLS[`./${shownType(field)}/Cell.tsx`] ?? CELLS["./text/Cell.tsx"]!;
}

/** Undefined where nobody types: computed fields, automatic numbers. */
export function editorOf(field: FieldMeta): (Editor & Coming) | undefined {
  return field.writable ? EDITORS[`./${field.type}/Editor.tsx`] : undefined;
}

export function filterOf(field: FieldMeta): (Filter & Coming) | undefined {
  return FILTERS[`./${shownType(field)}/Filter.tsx`];
}

/** A type without settings of its own kind has those the server tells. */
export function settingsOf(type: string): Settings {
  return SETTINGS[`./${type}/Settings.tsx`] ?? SCHEMA_SETTINGS;
}

export function isRight(field: FieldMeta): boolean {
  return RIGHT.has(shownType(field));
}

export function widthOf(field: FieldMeta): number {
  return WIDTHS[shownType(field)] ?? WIDTH;
}

function lazily<T>(loaders: Record<string, Loader>): Record<string, T & Coming> {
  const made = Object.entries(loaders).map(([path, load]) => [path, later(load, Waiting)]);
  return Object.fromEntries(made) as Record<string, T & Coming>;
}

/** Of one line's height, as most editors are. */
function Waiting() {
  return createElement("span", { style: { display: "block", height: 32 } });
}
