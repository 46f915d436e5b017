/** How a list is looked at: a saved view, and what the address and this browser say otherwise. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import type { Figure, View, ViewColumn, ViewGroup, ViewType } from "@/api/views";
import { widthOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";

import { columnsOf } from "../list/columns";
import { pathField } from "./paths";
import { useStoredColumns } from "./stored";

export interface Column {
  field: FieldMeta;
  width: number;
  pinned: boolean;
  figure?: Figure;
}

export interface Look {
  /** Null: every record, no saved view. */
  view: View | null;
  type: ViewType;
  columns: Column[];
  /** All columns with their settings, hidden ones too. */
  settings: ViewColumn[];
  filter: string;
  sort: string[];
  group: ViewGroup[];
  /** By which field a board has its columns, a calendar its days …; none: as the view says. */
  by?: string;
  /** What the columns of a board add up, "" for nothing; undefined: as the view says. */
  sum?: string;
  q: string;
  /** Something differs from the saved view. */
  changed: boolean;
}

export interface LookChange {
  view?: string | null;
  type?: ViewType;
  filter?: string;
  sort?: string[];
  group?: ViewGroup[];
  by?: string;
  sum?: string;
  q?: string;
  columns?: ViewColumn[];
}

/** `view=-` is every record. */
export const EVERY = "-";
const OWN = ["type", "filter", "sort", "group", "by", "sum"];
/** As they are offered. */
export const TYPES: ViewType[] = ["list", "board", "calendar", "gallery", "tree", "region"];
const LOOK = new Set([...OWN, "q"]);
const TITLE_EXTRA = 60;
/** Signs of a head in 12 px type; cells are set in 13 px. */
const SIGN = { wide: 12, narrow: 6.6 };
const LARGER = 13 / 12;
/** Beside the text: padding, and an arrow, a menu or an option's dot. */
const BESIDE = 46;
/** The arrow of an order by several columns, with its place. */
const ORDER = 26;
const WIDEST_OPTION = 200;

export function useLook(meta: Meta, object: ObjectMeta, views: View[]) {
  const [params, setParams] = useSearchParams();
  const speak = useLabel();
  const view = viewOf(views, params);
  const [stored, store] = useStoredColumns(object.key, view?.key ?? EVERY);
  // Whatever else the address says, such as the record beside the list, is no other look at it.
  const own = new URLSearchParams([...params].filter(([name]) => LOOK.has(name))).toString();
  const look = useMemo(
    () => lookOf({ meta, object, view, stored, params: new URLSearchParams(own), speak }),
    [meta, object, view, stored, own, speak],
  );

  function change({ columns, ...rest }: LookChange) {
    if (columns) store(columns);
    if (Object.keys(rest).length === 0) return;
    setParams((old) => written(old, rest), { replace: rest.q !== undefined });
  }

  /** As it was saved. */
  function reset() {
    store(null);
    setParams((old) => {
      for (const name of OWN) old.delete(name);
      return old;
    });
  }

  return { look, change, reset };
}

/** The view an address names, the first one otherwise; null for every record. */
export function viewOf(views: View[], params: URLSearchParams): View | null {
  const wanted = params.get("view");
  if (wanted === EVERY) return null;
  return views.find(({ key }) => key === wanted) ?? views[0] ?? null;
}

interface LookedAt {
  meta: Meta;
  object: ObjectMeta;
  view: View | null;
  /** The columns as this browser's member has them. */
  stored: ViewColumn[] | null;
  params: URLSearchParams;
  speak: ReturnType<typeof useLabel>;
}

export function lookOf({ meta, object, view, stored, params, speak }: LookedAt): Look {
  const saved = savedLook(object, view);
  const settings = stored ?? saved.settings;
  const shown = settings.filter((column) => !column.hidden);
  return {
    ...saved,
    ...said(params),
    columns: resolved(meta, object, shown, speak),
    settings,
    q: params.get("q") ?? "",
    changed: stored != null || OWN.some((name) => params.has(name)),
  };
}

/** What the view says. */
function savedLook(object: ObjectMeta, view: View | null) {
  return {
    view,
    type: view?.type ?? "list",
    settings: settingsOf(object, view),
    filter: view?.filter ?? "",
    sort: view?.sort ?? [],
    group: groupsOf(view),
  };
}

/** What the address says instead. */
function said(params: URLSearchParams): Partial<Look> {
  const text = Object.fromEntries(params);
  return {
    ...(isType(text.type) && { type: text.type }),
    ...(text.filter != null && { filter: text.filter }),
    ...(text.sort != null && { sort: listed(text.sort) }),
    ...(text.group != null && { group: groups(text.group) }),
    ...(text.by && { by: text.by }),
    ...(text.sum != null && { sum: text.sum }),
  };
}

/** An address is written by anybody. */
function isType(text: string | undefined): text is ViewType {
  return TYPES.some((type) => type === text);
}

/** Grouping a board or a calendar by itself says nothing: only lists have groups. */
function groupsOf(view: View | null): ViewGroup[] {
  return view?.type === "list" ? view.group_by : [];
}

function written(old: URLSearchParams, change: Omit<LookChange, "columns">): URLSearchParams {
  const next = new URLSearchParams(old);
  if ("view" in change) {
    for (const name of [...OWN, "q", "peek"]) next.delete(name);
    next.set("view", change.view ?? EVERY);
  }
  // A board's field says nothing to a calendar.
  if (change.type) for (const name of ["by", "sum"]) next.delete(name);
  const group = change.group?.map((each) => each.field + (each.grain ? `:${each.grain}` : ""));
  const texts = {
    type: change.type,
    filter: change.filter,
    sort: change.sort?.join(","),
    group: group?.join(","),
    by: change.by,
    sum: change.sum,
  };
  for (const [name, text] of Object.entries(texts)) if (text != null) next.set(name, text);
  if (change.q) next.set("q", change.q);
  else if (change.q === "") next.delete("q");
  return next;
}

function listed(text: string): string[] {
  return text.split(",").filter(Boolean);
}

function groups(text: string): ViewGroup[] {
  return listed(text).map((each) => {
    const [field, grain] = each.split(":") as [string, ViewGroup["grain"]?];
    return { field, grain };
  });
}

function settingsOf(object: ObjectMeta, view: View | null): ViewColumn[] {
  if (view?.columns.length) return view.columns;
  return columnsOf(object).map((field, index) => ({ field: field.key, pinned: index === 0 }));
}

function resolved(
  meta: Meta,
  object: ObjectMeta,
  settings: ViewColumn[],
  speak: ReturnType<typeof useLabel>,
): Column[] {
  const made = settings.map((column): Column | null => {
    const field = pathField(meta, object, column.field, speak);
    if (!field) return null;
    const extra = field.key === object.title_field ? TITLE_EXTRA : 0;
    const width =
      column.width ??
      Math.max(widthOf(field) + extra, headWidth(speak(field.label)), optionWidth(field, speak));
    return { field, width, pinned: Boolean(column.pinned), figure: column.figure };
  });
  const found = made.filter((column) => column != null);
  return [...found.filter((each) => each.pinned), ...found.filter((each) => !each.pinned)];
}

/** How much a head needs to be read whole, the arrow and the place of an order by it included. */
function headWidth(name: string): number {
  return textWidth(name) + BESIDE + ORDER;
}

/** How much the longest option needs. */
function optionWidth(field: FieldMeta, speak: ReturnType<typeof useLabel>): number {
  if (field.type !== "select") return 0;
  const widths = (field.options ?? []).map(({ label }) => textWidth(speak(label)));
  return Math.min(Math.max(0, ...widths) * LARGER + BESIDE, WIDEST_OPTION);
}

function textWidth(text: string): number {
  const signs = Array.from(text, (sign) => (sign > "\u2e80" ? SIGN.wide : SIGN.narrow));
  return signs.reduce((sum, each) => sum + each, 0);
}
