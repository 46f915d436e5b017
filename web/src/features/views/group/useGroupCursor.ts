/** The cell at work within one group: arrows move it, a double click or Enter edits it. */
import { useMemo, useState, type KeyboardEvent } from "react";

import type { Row } from "@/api/types";
import { editorOf } from "@/fields/registry";

import { held, type CursorMoves } from "../list/useCursor";
import type { Column } from "../state/look";

const NOWHERE = { row: -1, column: 0, editing: false };
const ARROWS: Record<string, [number, number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function useGroupCursor(rows: Row[], columns: Column[]) {
  const [at, setAt] = useState(NOWHERE);
  const moves = useMemo<CursorMoves>(
    () => ({
      go: (row, column) => setAt((old) => (held(old) ? old : { row, column, editing: false })),
      edit: (row, column) => setAt((old) => (held(old) ? old : { row, column, editing: true })),
      done: (to) =>
        setAt((old) => ({
          row: old.row + (to === "down" ? 1 : 0),
          column: old.column + (to === "right" ? 1 : 0),
          editing: false,
        })),
    }),
    [],
  );
  const row = Math.min(at.row, rows.length - 1);
  const column = Math.min(at.column, columns.length - 1);

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.target !== event.currentTarget) return;
    const arrow = ARROWS[event.key];
    const field = columns[column]?.field;
    if (arrow) {
      const down = Math.max(0, Math.min(rows.length - 1, row + arrow[0]));
      moves.go(down, Math.max(0, Math.min(columns.length - 1, column + arrow[1])));
    } else if (event.key === "Enter" && row >= 0 && column > 0 && field && editorOf(field)) {
      moves.edit(row, column);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { row, column, editing: at.editing, moves, onKeyDown, leave: () => setAt(NOWHERE) };
}
