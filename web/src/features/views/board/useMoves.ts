/** Moving cards: shown at once, written against what was seen, put back with words when refused. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Option, Row } from "@/api/types";
import { useCarefulWrite } from "@/fields/useCarefulWrite";
import { useLabel } from "@/i18n/useLabel";

import { useRefusal } from "./useRefusal";

export interface Moves {
  /** `byKeys`: the focus goes along. */
  move: (row: Row, to: Option, byKeys?: boolean) => Promise<void>;
  /** Whether the focus goes to this card now that it is drawn. */
  isFollowed: (id: string) => boolean;
  /** The cards of a column: those loaded, less those on their way out, with those on their way in. */
  placed: (loaded: Row[], column: string) => Row[];
}

type OnTheirWay = ReadonlyMap<string, { row: Row; to: string }>;

const NONE: OnTheirWay = new Map();

/** With the dialog about a card that somebody else has moved meanwhile. */
export function useMoves(
  object: ObjectMeta,
  field: FieldMeta | undefined,
): { moves: Moves; dialog: ReactNode } {
  const { t } = useTranslation();
  const label = useLabel();
  const tell = useRefusal(object, field);
  const latestRow = useRef<Row>(undefined);
  const { write, dialog } = useCarefulWrite(object, (error, values) =>
    tell(error, values, latestRow.current),
  );
  const [moving, setMoving] = useState(NONE);

  const followed = useRef<string>(undefined);

  async function move(row: Row, to: Option, byKeys?: boolean) {
    if (!field || (row.values[field.key] ?? "") === to.key) return;
    followed.current = byKeys ? row.id : undefined;
    const values = { [field.key]: to.key || null };
    // Moved on before the lists are here anew, it is seen where it was put.
    const there = { ...row, values: { ...row.values, ...values } };
    latestRow.current = row;
    setMoving((old) => new Map(old).set(row.id, { row: there, to: to.key }));
    const told = t("list.moved", { name: label(to.label) });
    const refused = await write({ row, values, told });
    if (refused !== undefined) tell(refused, values, row);
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
  const moves = useMemo(
    (): Moves => ({
      move: (row, to, byKeys) => latest.current(row, to, byKeys),
      isFollowed: (id) => followed.current === id,
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
  return { moves, dialog };
}
