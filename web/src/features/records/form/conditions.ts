/** Conditions of a form, live: the server's trees, evaluated on what is in the form. */
import { useMemo } from "react";

import { useMeta } from "@/api/catalogue";
import type { Conditions, Form } from "@/api/form";
import { useSession } from "@/api/session";
import type { ObjectMeta, Row, Values } from "@/api/types";
import { byId, surroundings, valuesOf } from "@/fields/scope";
import { holds, scopeOf, UnknownTree, type Tree } from "@/formula";

export interface State {
  visible: boolean;
  required: boolean;
  readOnly: boolean;
}

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
