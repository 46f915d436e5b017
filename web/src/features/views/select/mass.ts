/** A change to many records: those ticked in one changeset, all that is found step by step. */
import type { Fault } from "@/api/problem";
import { changeFound } from "@/api/selection";
import type { Row, Values } from "@/api/types";
import { write, type Change, type Written } from "@/api/write";

export interface Wanted {
  object: string;
  op: "update" | "delete";
  values?: Values;
  /** Null: everything the filter finds. */
  rows: Row[] | null;
  filter: string;
  q: string;
}

export interface Tried {
  total: number;
  changed: number;
  refused: number;
  /** Some of what was refused, by record. */
  faults: { id?: string; message: string }[];
}

export interface Done {
  /** What takes all of it back. */
  chain: string | null;
  changed: number;
  /** Left as they were, after all. */
  refused: number;
}

const NAMED = 20;

/** Say what would happen; nothing is written. */
export async function tryChange(wanted: Wanted): Promise<Tried> {
  if (wanted.rows) return told(wanted.rows, await writeRows(wanted, true));
  const step = await changeFound(wanted.object, { ...foundOf(wanted), dry_run: true });
  const { changed, refused, errors, total = 0 } = step;
  return { total, changed, refused, faults: errors.slice(0, NAMED) };
}

/** Do it; `onStep` hears how many are done, `isStopped` is asked between the steps. */
export async function applyChange(
  wanted: Wanted,
  onStep: (done: number) => void,
  isStopped: () => boolean,
): Promise<Done> {
  if (wanted.rows) {
    const made = await writeRows(wanted, false);
    const { changed, refused } = told(wanted.rows, made);
    return { chain: made.id, changed, refused };
  }
  let changed = 0;
  let refused = 0;
  let next: string | null | undefined;
  do {
    const step = await changeFound(wanted.object, foundOf(wanted), next);
    changed += step.changed;
    refused += step.refused;
    onStep(step.done);
    next = step.next;
    if (next == null || isStopped()) return { chain: step.chain, changed, refused };
  } while (next);
  return { chain: null, changed, refused };
}

function foundOf({ op, values, filter, q }: Wanted) {
  return { op, values, filter, q };
}

function writeRows({ object, op, values, rows }: Wanted, dry: boolean): Promise<Written> {
  const { owner, ...rest } = values ?? {};
  const what = values
    ? { values: rest, ...("owner" in values && { owner: owner as string | null }) }
    : {};
  const changes = rows!.map(({ id, version }): Change => ({ op, object, id, version, ...what }));
  return write({ changes, mode: "each", dry_run: dry });
}

function told(rows: Row[], { results }: Written): Tried {
  const refused = results.flatMap(({ errors }, index) =>
    errors ? [{ id: rows[index]?.id, message: firstOf(errors) }] : [],
  );
  const changed = rows.length - refused.length;
  return { total: rows.length, changed, refused: refused.length, faults: refused.slice(0, NAMED) };
}

function firstOf(errors: Fault[]): string {
  return errors[0]?.message ?? "";
}
