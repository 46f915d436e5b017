/** Records that are the same as one being typed, by the rules for duplicates. */
import { answered, api } from "./client";
import type { Reference, Values } from "./types";

export interface Twin {
  rule: string;
  level: "warn" | "block";
  field: string;
  /** Null where it may not be seen. */
  record: Reference | null;
  owner: string | null;
}

export async function readTwins(object: string, values: Values, id?: string): Promise<Twin[]> {
  const params = { path: { object_key: object } };
  const body = { values, id };
  const path = "/api/records/{object_key}/duplicates";
  return (await answered<{ items: Twin[] }>(api.POST(path, { params, body } as never))).items;
}
