/** The cell the keyboard is at: arrows and j k move it, Enter edits, x ticks, Space looks inside. */
import { useMemo, type KeyboardEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";

import type { Rows } from "@/api/blocks";
import { editorOf } from "@/fields/registry";
import { isUnfinished } from "@/ui/unfinished";
import { useShortcut } from "@/ui/shortcuts";

import type { Selection } from "../select/useSelection";
import type { Column } from "../state/look";
import { useFollowing } from "./useFollowing";

export type Direction = "down" | "right" | "stay";

export interface CursorMoves {
  go: (row: number, column: number) => void;
  edit: (row: number, column: number) => void;
  /** The editor closes; the cursor goes on. */
  done: (to: Direction) => void;
}

export interface Cursor {
  row: number;
  column: number;
  editing: boolean;
  moves: CursorMoves;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface Given {
  rows: Rows;
  columns: Column[];
  /** What the list shows: another filter or order is another list. */
  shape: string;
  selection: Selection;
  onPeek: (id: string) => void;
  /** Off while something else has the keys: a board, cards. */
  enabled: boolean;
}

/** A cell whose file is on its way stays open until it is there. */
export function held({ editing }: { editing: boolean }): boolean {
  return editing && isUnfinished();
}

const ARROWS: Record<string, [number, number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageDown: [15, 0],
  PageUp: [-15, 0],
};

export function useCursor({ rows, columns, shape, ...given }: Given): Cursor {
  const { selection, onPeek, enabled } = given;
  const navigate = useNavigate();
  const [params] = useSearchParams();
  // The record beside the list follows the cursor, and `e` is its own.
  const peeking = params.has("peek");
  const [at, setAt] = useFollowing(rows, shape);
  const row = Math.min(at.row, rows.length - 1);
  const column = Math.min(at.column, columns.length - 1);
  const current = rows.at(row);

  const moves = useMemo<CursorMoves>(
    () => ({
      go: (toRow, toColumn) =>
        setAt((old) =>
          held(old) || (old.row === toRow && old.column === toColumn)
            ? old
            : { row: toRow, column: toColumn, editing: false },
        ),
      edit: (toRow, toColumn) =>
        setAt((old) => (held(old) ? old : { row: toRow, column: toColumn, editing: true })),
      done: (to) =>
        setAt((old) => ({
          row: old.row + (to === "down" ? 1 : 0),
          below: to === "down",
          column: old.column + (to === "right" ? 1 : 0),
          editing: false,
        })),
    }),
    [setAt],
  );

  function step(down: number, right: number) {
    if (!enabled || rows.length === 0) return;
    const next = Math.max(0, Math.min(rows.length - 1, row + down));
    moves.go(next, Math.max(0, Math.min(columns.length - 1, column + right)));
    const beside = rows.at(next);
    if (peeking && down && beside) onPeek(beside.id);
  }

  function enter() {
    if (!enabled || !current) return;
    const field = columns[column]?.field;
    if (field && editorOf(field) && column > 0) moves.edit(row, column);
    else void navigate(`/o/${current.object}/${current.id}`);
  }

  useShortcut("next", () => step(1, 0));
  useShortcut("previous", () => step(-1, 0));
  useShortcut("first", () => step(-Infinity, 0), enabled);
  useShortcut("last", () => step(Infinity, 0), enabled);
  useShortcut("select", () => enabled && current && selection.toggle(current.id, false));
  useShortcut("edit", () => enabled && !peeking && current && moves.edit(row, column));
  useShortcut("open", enter);
  useShortcut("peek", () => current && onPeek(current.id), enabled);

  function onKeyDown(event: KeyboardEvent) {
    const target = event.target as HTMLElement;
    if (event.nativeEvent.isComposing || target !== event.currentTarget) return;
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey) return;
    step(...arrow);
    event.preventDefault();
  }

  return { row, column, editing: at.editing, moves, onKeyDown };
}
