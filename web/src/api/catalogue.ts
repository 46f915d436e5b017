/** The catalogue the member sees: objects and their fields, by version. */
import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import { keys } from "./query";
import type { FieldMeta, Meta, ObjectMeta } from "./types";

export function useMeta() {
  return useQuery({
    queryKey: keys.meta,
    queryFn: () => answered<Meta>(api.GET("/api/meta")),
    staleTime: 60_000,
  });
}

/** One object by key; undefined while loading and when it does not exist for the member. */
export function useObject(key: string): ObjectMeta | undefined {
  return useMeta().data?.objects.find((object) => object.key === key);
}

/** Objects that stand in the navigation: those read, in order, without lines of others. */
export function navigable(meta: Meta | undefined): ObjectMeta[] {
  const shown = (meta?.objects ?? []).filter((o) => !o.lines_of && o.verbs.includes("read"));
  return shown.sort((a, b) => a.position - b.position);
}

const SYSTEM_TYPES: Record<string, string> = { datetime: "datetime", number: "integer" };

/** Built-in columns (owner, created_at, …) as fields, so that views treat all alike. */
export function systemField(object: ObjectMeta, key: string): FieldMeta | undefined {
  const found = object.system.find((each) => each.key === key);
  if (!found) return undefined;
  return {
    ...EMPTY,
    id: key,
    key,
    label: found.label,
    type: found.object ?? SYSTEM_TYPES[found.kind] ?? "text",
    kind: found.kind,
    writable: key === "owner" && object.verbs.includes("transfer"),
    read_only: key !== "owner",
  };
}

const EMPTY = {
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
  return found && { ...found, key: path, writable: false };
}
