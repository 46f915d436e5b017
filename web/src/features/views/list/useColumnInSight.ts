/** The cell the keys are at is in sight from side to side, beside what is pinned. */
import { useEffect, type RefObject } from "react";

import type { Cursor } from "./useCursor";

export function useColumnInSight(scroller: RefObject<HTMLElement | null>, cursor: Cursor): void {
  const { row, column, editing } = cursor;
  useEffect(() => {
    const cell = row < 0 ? null : document.getElementById(`cell-${row}-${column}`);
    if (cell && scroller.current) bring(cell, scroller.current);
  }, [scroller, row, column, editing]);
}

function bring(cell: HTMLElement, box: HTMLElement) {
  if (isPinned(cell)) return;
  const { left, right } = cell.getBoundingClientRect();
  const seen = box.getBoundingClientRect();
  const begin = [...cell.parentElement!.children]
    .filter(isPinned)
    .reduce((most, each) => Math.max(most, each.getBoundingClientRect().right), seen.left);
  const end = seen.left + box.clientWidth;
  // A cell wider than what there is shows its beginning.
  if (left < begin || right - left > end - begin) box.scrollLeft += left - begin;
  else if (right > end) box.scrollLeft += right - end;
}

function isPinned(cell: Element): boolean {
  return getComputedStyle(cell).position === "sticky";
}
