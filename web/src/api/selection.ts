/** Changing or deleting all that a filter finds, step by step, and taking it back. */
import { answered, api } from "./client";
import { insist } from "./insist";
import type { Fault } from "./problem";
import type { Values } from "./types";

export interface SelectionAsked {
  op: "update" | "delete";
  values?: Values;
  filter?: string;
  q?: string;
  dry_run?: boolean;
}

export interface SelectionStep {
  /** Taken back as one: `revert(chain)`. */
  chain: string;
  total?: number;
  done: number;
  changed: number;
  refused: number;
  errors: (Fault & { id?: string; message: string })[];
  next: string | null;
}

/** Do the next step; sent under a key until answered, it is done once. A trial needs none. */
export function changeFound(
  object: string,
  asked: SelectionAsked,
  key?: string,
  next?: string | null,
) {
  const params = { path: { object_key: object } };
  const headers = key ? { "idempotency-key": key } : {};
  const body = next ? { ...asked, next } : asked;
  const path = "/api/records/{object_key}/selection";
  return insist(() => answered<SelectionStep>(api.POST(path, { params, headers, body } as never)));
}
