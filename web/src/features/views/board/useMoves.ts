/** Moving cards: shown at once, written with the version seen, put back with words when refused. */
import { App } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import { readRecord, useWrite } from "@/api/records";
import type { FieldMeta, ObjectMeta, Option, Row } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

export interface Moves {
  move: (row: Row, to: Option) => Promise<void>;
  /** The cards of a column: those loaded, less those on their way out, with those on their way in. */
  placed: (loaded: Row[], column: string) => Row[];
}

type OnTheirWay = ReadonlyMap<string, { row: Row; to: string }>;

const NONE: OnTheirWay = new Map();

export function useMoves(object: ObjectMeta, field: FieldMeta | undefined): Moves {
  const { t } = useTranslation();
  const label = useLabel();
  const { notification } = App.useApp();
  const failureText = useFailureText();
  const said = useUndo();
  const { mutateAsync } = useWrite();
  const [moving, setMoving] = useState(NONE);

  async function send(row: Row, to: Option, version: number): Promise<void> {
    const values = { [field!.key]: to.key || null };
    const change = { op: "update" as const, object: object.key, id: row.id, version, values };
    const done = await mutateAsync({ changes: [change] });
    said(t("list.moved", { name: label(to.label) }), done.id);
  }

  async function move(row: Row, to: Option) {
    if (!field || (row.values[field.key] ?? "") === to.key) return;
    setMoving((old) => new Map(old).set(row.id, { row, to: to.key }));
    try {
      await send(row, to, row.version).catch(async (error: unknown) => {
        if (!isProblem(error) || error.status !== 409) throw error;
        // Somebody changed something else of it: the move still holds.
        const fresh = await readRecord(row.object, row.id);
        if (fresh.values[field.key] !== row.values[field.key]) throw error;
        await send(fresh, to, fresh.version);
      });
    } catch (error) {
      const title = t("list.notMoved", { name: label(to.label) });
      notification.warning({ title, description: reasons(error, failureText), duration: 8 });
    }
    setMoving((old) => {
      const next = new Map(old);
      next.delete(row.id);
      return next;
    });
  }

  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  return useMemo(
    () => ({
      move: (row: Row, to: Option) => latest.current(row, to),
      placed(loaded, column) {
        if (moving.size === 0) return loaded;
        const stay = loaded.filter(({ id }) => (moving.get(id)?.to ?? column) === column);
        const known = new Set(stay.map(({ id }) => id));
        const coming = [...moving.values()].filter((each) => each.to === column);
        return [...coming.map((each) => each.row).filter(({ id }) => !known.has(id)), ...stay];
      },
    }),
    [moving],
  );
}

/** Everything that is missing, not only the first. */
function reasons(error: unknown, failureText: (error: unknown) => string): string {
  if (!isProblem(error) || error.errors.length < 2) return failureText(error);
  return error.errors.map(({ message }) => message).join(" ");
}
