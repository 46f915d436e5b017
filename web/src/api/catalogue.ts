/** The catalogue the member sees: objects and their fields, by version. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import { keys } from "./query";
import type { Label } from "@/lib/label";
import type { FieldMeta, Meta, ObjectMeta, ViewMeta } from "./types";

export const metaQuery = queryOptions({
  queryKey: keys.meta,
  queryFn: () => answered<Meta>(api.GET("/api/meta")),
  staleTime: 60_000,
});

export function useMeta() {
  return useQuery(metaQuery);
}

/** One object by key; undefined while loading and when it does not exist for the member. */
export function useObject(key: string): ObjectMeta | undefined {
  return useMeta().data?.objects.find((object) => object.key === key);
}

export interface MenuObject {
  object: ObjectMeta;
  /** The one to begin with first. */
  views: ViewMeta[];
}

export interface MenuApp {
  key: string;
  label: Label;
  objects: MenuObject[];
}

/** The menu: apps, and what the member reads of each, in order. */
export function menuOf(meta: Meta | undefined): MenuApp[] {
  const objects = new Map(meta?.objects.map((object) => [object.key, object]));
  const views = new Map(meta?.views.map((view) => [view.key, view]));
  const apps = (meta?.navigation ?? []).map(({ app, label, objects: entries }) => ({
    key: app ?? "",
    label,
    objects: entries
      .map(({ object, views: keys }) => ({
        object: objects.get(object),
        views: keys.map((key) => views.get(key)).filter((view) => view != null),
      }))
      .filter((entry): entry is MenuObject => Boolean(entry.object?.verbs.includes("read"))),
  }));
  return apps.filter((app) => app.objects.length > 0);
}

/** The objects of the menu, all apps together. */
export function navigable(meta: Meta | undefined): ObjectMeta[] {
  return menuOf(meta).flatMap((app) => app.objects.map(({ object }) => object));
}

const SYSTEM_TYPES: Record<string, string> = { datetime: "datetime", number: "integer" };

/** Built-in columns (owner, created_at, …) as fields, so that views treat all alike. */
export function systemField(object: ObjectMeta, key: string): FieldMeta | undefined {
  const found = object.system.find((each) => each.key === key);
  if (!found) return undefined;
  let made = SYSTEM_FIELDS.get(found);
  if (!made) SYSTEM_FIELDS.set(found, (made = asField(object, found)));
  return made;
}

/** The same field for the same column: what is given it is not drawn anew. */
const SYSTEM_FIELDS = new WeakMap<object, FieldMeta>();

function asField(object: ObjectMeta, found: ObjectMeta["system"][number]): FieldMeta {
  const { key } = found;
  return {
    ...PLAIN_FIELD,
    id: key,
    key,
    label: found.label,
    type: found.object ?? SYSTEM_TYPES[found.kind] ?? "text",
    kind: found.kind,
    writable: key === "owner" && object.verbs.includes("transfer"),
    read_only: key !== "owner",
  };
}

/** What a field is that nothing more is said of. */
export const PLAIN_FIELD = {
  required: false,
  unique: false,
  sensitive: false,
  personal: false,
  partial: false,
  searchable: false,
  default: null,
  help: null,
  placeholder: null,
  position: 0,
  operators: [],
};

/** A field by key: the object's own, or a built-in column. */
export function fieldOf(object: ObjectMeta, key: string): FieldMeta | undefined {
  return object.fields.find((field) => field.key === key) ?? systemField(object, key);
}

/** A field by path (`account.owner.name`), its key being the path, as lists answer it. */
export function fieldAt(meta: Meta, object: ObjectMeta, path: string): FieldMeta | undefined {
  const [first, ...rest] = path.split(".") as [string, ...string[]];
  const field = fieldOf(object, first);
  if (rest.length === 0 || !field) return field;
  const target = meta.objects.find((each) => each.key === field.object);
  const found = target && fieldAt(meta, target, rest.join("."));
  return found && { ...found, key: path, writable: false, late_when: undefined };
}
