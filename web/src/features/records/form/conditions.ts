/** Conditions of a form, live: the server's trees, evaluated on what is in the form. */
import { useMemo } from "react";

import { useMeta } from "@/api/catalogue";
import type { Conditions, Form } from "@/api/form";
import { useSession } from "@/api/session";
import type { Meta, ObjectMeta, Option, Row, Values } from "@/api/types";
import { holds, scopeOf, UnknownTree, type Option as Choice, type Tree } from "@/formula";
import { shownZone } from "@/lib/format/dates";
import { labelText } from "@/lib/label";

export interface State {
  visible: boolean;
  required: boolean;
  readOnly: boolean;
}

const SYSTEM = ["owner", "team", "created_at", "created_by", "updated_at", "updated_by"] as const;

/** Returns what a part of the form is now. */
export function useConditions(object: ObjectMeta, form: Form, row: Row | null, edits: Values) {
  const { data: meta } = useMeta();
  const { data: session } = useSession();
  return useMemo(() => {
    const around = surroundings(meta, session?.member.id ?? null, form.slots);
    const scope = scopeOf(
      byId(meta, object, { ...valuesOf(row), ...edits }),
      around,
      row && byId(meta, object, valuesOf(row)),
    );
    const ask = (tree: Tree | undefined, otherwise: boolean) => {
      if (!tree) return otherwise;
      try {
        return holds(tree, scope);
      } catch (error) {
        // The server decides when the form is saved.
        if (error instanceof UnknownTree) return otherwise;
        throw error;
      }
    };
    return (part: Conditions): State => ({
      visible: ask(part.visible, true),
      required: ask(part.required, false),
      readOnly: ask(part.read_only, false),
    });
  }, [meta, session, object, form, row, edits]);
}

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
