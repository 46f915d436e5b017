/** Change a record that is there: never over what somebody else wrote meanwhile without asking. */
import { useState, type ReactNode } from "react";

import { readRecord, useWrite } from "@/api/records";
import type { ObjectMeta, Row, Values } from "@/api/types";
import { later } from "@/ui/later";
import { useUndo } from "@/ui/useUndo";

import type { Crossing } from "./Conflict";
import { crossingsIn, isOutdated } from "./crossing";
import { valuesOf } from "./scope";

const Conflict = later(async () => ({ default: (await import("./Conflict")).Conflict }));

export interface Intent {
  /** The record as it was seen when the change began. */
  row: Row;
  /** As they are sent. */
  values: Values;
  /** As people see them, when that is something else. */
  shown?: Values;
  /** Said when it is written, with 撤销. */
  told: string;
  /** It is settled: written, or theirs stays. */
  onDone?: (written: boolean) => void;
}

interface Asked extends Intent {
  crossings: Crossing[];
  now: Row;
}

export interface CarefulWrite {
  pending: boolean;
  /** The dialog about crossings, while there are some. */
  dialog: ReactNode;
  /** Returns what was refused; a crossing is asked about and is none. */
  write: (intent: Intent) => Promise<unknown>;
}

/** Others may write again while one tries. */
const TRIES = 4;

/** `onRefused` hears what is refused after the dialog. */
export function useCarefulWrite(
  object: ObjectMeta,
  onRefused?: (error: unknown, values: Values) => void,
): CarefulWrite {
  const tell = useUndo();
  const { mutateAsync, isPending } = useWrite();
  const [asked, setAsked] = useState<Asked>();

  async function write(intent: Intent, from = intent.row): Promise<unknown> {
    const { values, told, onDone } = intent;
    const { id, object: key } = from;
    let now = from;
    for (let tries = 1; ; tries += 1) {
      try {
        const change = { op: "update" as const, object: key, id, version: now.version, values };
        const done = await mutateAsync({ changes: [change] });
        tell(told, done.id);
        onDone?.(true);
        return undefined;
      } catch (error) {
        if (!isOutdated(error) || tries === TRIES) return error;
      }
      try {
        now = await readRecord(key, id);
      } catch (error) {
        return error;
      }
      const crossings = crossingsIn(object, valuesOf(from), now, values);
      if (crossings.length === 0) continue;
      setAsked({ ...intent, crossings, now });
      return undefined;
    }
  }

  async function settle(keep: string[]) {
    const { crossings, now, ...intent } = asked!;
    setAsked(undefined);
    const theirs = crossings.map((each) => each.field).filter((key) => !keep.includes(key));
    const left = Object.entries(intent.values).filter(([key]) => !theirs.includes(key));
    if (left.length === 0) return intent.onDone?.(false);
    const values = Object.fromEntries(left);
    const refused = await write({ ...intent, values }, now);
    if (refused !== undefined) onRefused?.(refused, values);
  }

  const dialog = asked && (
    <Conflict
      object={object}
      now={asked.now}
      crossings={asked.crossings}
      mine={asked.shown ?? asked.values}
      onClose={() => setAsked(undefined)}
      onChosen={(keep) => void settle(keep)}
    />
  );
  return { pending: isPending, dialog, write: (intent) => write(intent) };
}
