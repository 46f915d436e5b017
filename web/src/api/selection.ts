/** Changing or deleting all that a filter finds, step by step, and taking it back. */
import { answered, api } from "./client";
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

export function changeFound(object: string, asked: SelectionAsked, next?: string | null) {
  const params = { path: { object_key: object } };
  const body = next ? { ...asked, next } : asked;
  return answered<SelectionStep>(
    api.POST("/api/records/{object_key}/selection", { params, body } as never),
  );
}
