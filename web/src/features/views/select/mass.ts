/** A change to many records: those ticked in one changeset, all that is found step by step. */
import { Held } from "@/api/insist";
import type { Fault } from "@/api/problem";
import { changeFound } from "@/api/selection";
import type { Row, Values } from "@/api/types";
import { write, type Change, type Written } from "@/api/write";
import { uuid7 } from "@/lib/uuid";

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

/** What a change step by step has come to: its key is that of what the person meant. */
interface Course extends Done {
  key: string;
}

/** Changes that did not come to their end: asked for again, each goes on as the same one. */
const broken = new Held<Course>();

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
  const asked = JSON.stringify(wanted);
  const key = broken.take(asked)?.key ?? uuid7();
  const course: Course = { key, chain: null, changed: 0, refused: 0 };
  let next: string | null | undefined;
  try {
    // From its beginning: the steps that were done are told again, and not done again.
    for (let at = 0; next !== null && !(at && isStopped()); at += 1) {
      const step = await changeFound(wanted.object, foundOf(wanted), `${key}.${at}`, next);
      course.chain = step.chain;
      course.changed += step.changed;
      course.refused += step.refused;
      onStep(step.done);
      next = step.next;
    }
    return course;
  } catch (error) {
    broken.put(asked, course);
    throw error;
  }
}

/** Give a change up that broke off; returns what of it is done, as far as that is known. */
export function giveUp(wanted: Wanted): Done | undefined {
  const asked = JSON.stringify(wanted);
  const course = broken.take(asked);
  // Without a word of the first step nothing could take it back: it may still be asked for again.
  if (course && !course.chain) broken.put(asked, course);
  return course?.chain ? course : undefined;
}

function foundOf({ op, values, filter, q }: Wanted) {
  return { op, values, filter, q };
}

function writeRows({ object, op, values, rows }: Wanted, dry: boolean): Promise<Written> {
  const what = values && { values };
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
