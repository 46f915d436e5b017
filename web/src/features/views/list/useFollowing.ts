/** Where the cursor is: at a record, wherever that goes when it is sorted elsewhere. */
import { useState } from "react";

import type { Rows } from "@/api/blocks";

export interface At {
  row: number;
  column: number;
  editing: boolean;
  /** Just gone on to the record that stood below the one written. */
  below?: boolean;
}

/** The records at the cursor and below it. */
interface Held {
  shape: string;
  row: number;
  id: string | undefined;
  below: string | undefined;
}

const NOWHERE: At = { row: -1, column: 0, editing: false };

/** `shape`: what the list shows. In another one the cursor stays at its place. */
export function useFollowing(rows: Rows, shape: string) {
  const [at, setAt] = useState(NOWHERE);
  const [held, setHeld] = useState<Held>();
  const hold = (row: number): Held => ({
    shape,
    row,
    id: rows.at(row)?.id,
    below: rows.at(row + 1)?.id,
  });
  const to = goalOf(at, held?.shape === shape ? held : undefined, rows);
  if (at.below || to !== at.row) setAt({ ...at, row: to, below: false });
  const now = hold(to);
  // An editor stays where it is: what is typed there goes to the record it was opened for.
  const kept = at.editing && held?.row === to && held.shape === shape;
  if (to >= 0 && !kept && !isSame(held, now)) setHeld(now);
  return [at, setAt] as const;
}

/** The place the cursor belongs to, by what it was held to. */
function goalOf(at: At, held: Held | undefined, rows: Rows): number {
  if (!held || at.editing) return at.row;
  const wanted = at.below ? held.below : held.row === at.row ? held.id : undefined;
  if (wanted === undefined || rows.at(at.row)?.id === wanted) return at.row;
  const index = rows.loaded.findIndex(({ id }) => id === wanted);
  return index < 0 ? at.row : rows.places[index]!;
}

function isSame(held: Held | undefined, now: Held): boolean {
  return (
    held !== undefined &&
    held.shape === now.shape &&
    held.row === now.row &&
    held.id === now.id &&
    held.below === now.below
  );
}
