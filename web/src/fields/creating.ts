/** Making a record from within a picker: a page may offer its own form for it. */
import { createContext, useContext } from "react";

import { useObject } from "@/api/catalogue";
import { useWrite } from "@/api/records";
import type { FieldMeta, ObjectMeta, Reference } from "@/api/types";
import { uuid7 } from "@/lib/uuid";

/** Opens a form for a new record with this title; null when it was given up. */
export type Creator = (object: string, title: string) => Promise<Reference | null>;

export const CreatorContext = createContext<Creator | null>(null);

/** Whether a new record needs it from a person: the server fills in what has a default. */
export function isAsked(field: FieldMeta): boolean {
  return field.required && field.default == null;
}

/** What makes a new record of an object, or null where nobody may or a title is not enough. */
export function useCreator(object: string): ((title: string) => Promise<Reference | null>) | null {
  const offered = useContext(CreatorContext);
  const meta = useObject(object);
  const { mutateAsync } = useWrite();
  if (!meta?.verbs.includes("create")) return null;
  if (offered) return (title) => offered(object, title);
  if (!titleIsEnough(meta)) return null;
  return async (title) => {
    const id = uuid7();
    const values = { [meta.title_field!]: title };
    await mutateAsync({ changes: [{ op: "create", object, id, values }] });
    return { id, title };
  };
}

function titleIsEnough(meta: ObjectMeta): boolean {
  const title = meta.fields.find((field) => field.key === meta.title_field);
  const others = meta.fields.filter(isAsked);
  return title?.type === "text" && title.writable && others.every((field) => field === title);
}
