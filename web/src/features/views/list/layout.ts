/** Where columns stand: the tick first, pinned ones stay while the rest scrolls. */
import type { CSSProperties } from "react";

import type { Column } from "../state/look";

export const TICK = 40;

export interface Layout {
  template: string;
  total: number;
  /** Styles of the cells, one a column. */
  cells: (CSSProperties | undefined)[];
}

export function layoutOf(columns: Column[]): Layout {
  let left = TICK;
  const cells = columns.map(({ pinned, width }) => {
    const style: CSSProperties | undefined = pinned
      ? { left, position: "sticky", zIndex: 1 }
      : undefined;
    left += width;
    return style;
  });
  const widths = columns.map(({ width }) => `${width}px`);
  // What is left over at the right belongs to nobody.
  return { template: [`${TICK}px`, ...widths, "minmax(0, 1fr)"].join(" "), total: left, cells };
}
