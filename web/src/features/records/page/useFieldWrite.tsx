/** Write some fields of a record where they stand: told with 撤销, crossings asked about. */
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isProblem, type Problem } from "@/api/problem";
import { readRecord, useWrite } from "@/api/records";
import type { ObjectMeta, Row, Values } from "@/api/types";
import { Conflict, crossingsOf, type Crossing } from "@/fields/Conflict";
import { useUndo } from "@/ui/useUndo";

interface FieldWrite {
  pending: boolean;
  /** The dialog about crossings, while there are some. */
  dialog: ReactNode;
  /** Returns what was refused; a crossing is asked about and is none. */
  write: (values: Values, told?: string) => Promise<unknown>;
}

/** `shown` are the values as people see them, for the dialog. */
export function useFieldWrite(object: ObjectMeta, row: Row, onDone?: () => void): FieldWrite {
  const { t } = useTranslation();
  const tell = useUndo();
  const { mutateAsync, isPending } = useWrite();
  const [crossed, setCrossed] = useState<{ found: Crossing[]; values: Values; told: string }>();

  /** Returns the changeset. Somebody's change of other fields is in nobody's way. */
  async function send(values: Values, version: number): Promise<string | null> {
    const change = { op: "update" as const, object: object.key, id: row.id, version, values };
    try {
      return (await mutateAsync({ changes: [change] })).id;
    } catch (error) {
      if (!isProblem(error) || !isOutdated(error) || crossingsOf(error).length > 0) throw error;
      const fresh = await readRecord(object.key, row.id);
      return (await mutateAsync({ changes: [{ ...change, version: fresh.version }] })).id;
    }
  }

  async function write(values: Values, told = t("record.saved"), version = row.version) {
    try {
      tell(told, await send(values, version));
      onDone?.();
      return undefined;
    } catch (error) {
      if (!isProblem(error) || error.status !== 409) return error;
      const found = crossingsOf(error);
      if (found.length === 0) return error;
      setCrossed({ found, values, told });
      return undefined;
    }
  }

  async function settle(keep: string[]) {
    const { found, values, told } = crossed!;
    setCrossed(undefined);
    const given = new Set(found.map((each) => each.field).filter((key) => !keep.includes(key)));
    const left = Object.fromEntries(Object.entries(values).filter(([key]) => !given.has(key)));
    if (Object.keys(left).length === 0) return onDone?.();
    await write(left, told, (await readRecord(object.key, row.id)).version);
  }

  const dialog = crossed && (
    <Conflict
      object={object}
      crossings={crossed.found}
      mine={crossed.values}
      onClose={() => setCrossed(undefined)}
      onChosen={(keep) => void settle(keep)}
    />
  );
  return { pending: isPending, dialog, write: (values, told) => write(values, told) };
}

/** Whether the record was changed since it was read, not refused for anything else. */
function isOutdated(problem: Problem): boolean {
  return problem.status === 409 && problem.errors.some(({ conflicts }) => Array.isArray(conflicts));
}
