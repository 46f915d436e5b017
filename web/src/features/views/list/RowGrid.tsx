/** Rows and columns, as many as there are: only those in sight are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type CSSProperties } from "react";

import type { ObjectMeta, Row } from "@/api/types";
import { usePreferences } from "@/ui/preferences";
import { Bar } from "@/ui/Skeleton";
import { ROW_HEIGHT } from "@/ui/tokens";

import type { Selection } from "../select/useSelection";
import type { Column, Look, LookChange } from "../state/look";
import { BodyRow } from "./BodyRow";
import { FigureRow } from "./FigureRow";
import css from "./Grid.module.css";
import { HeadRow } from "./HeadRow";
import { layoutOf } from "./layout";
import type { Cursor } from "./useCursor";

export interface RowsProps {
  object: ObjectMeta;
  look: Look;
  rows: Row[];
  loading: boolean;
  selection: Selection;
  /** Asks for the next page; undefined when there is none or it is on its way. */
  more?: () => void;
  /** Hears which rows are looked at. */
  onSight: (first: number, last: number) => void;
  onPeek: (id: string) => void;
}

interface Props extends RowsProps {
  cursor: Cursor;
  change: (change: LookChange) => void;
}

const AHEAD = 12;

export function RowGrid({ object, look, rows, loading, more, onSight, ...rest }: Props) {
  const { cursor, selection, change, onPeek } = rest;
  const height = ROW_HEIGHT[usePreferences().density];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: AHEAD,
    // The head and the sums lie over the first and the last row.
    scrollPaddingStart: height,
    scrollPaddingEnd: height,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onSight(first, last), [first, last, onSight]);
  useEffect(() => {
    if (last >= rows.length - 3 * AHEAD) more?.();
  }, [last, rows.length, more]);
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (cursor.row >= 0) virtual.scrollToIndex(cursor.row, { align: "auto" });
  }, [virtual, cursor.row]);

  // The same one while the columns are: rows that stay in sight are not drawn anew.
  const layout = useMemo(() => layoutOf(look.columns), [look.columns]);
  const style = { "--columns": layout.template, minWidth: layout.total } as CSSProperties;
  const parts = { object, look, layout };
  return (
    <div ref={scroller} className={css.scroller}>
      <div
        role="grid"
        data-keys
        tabIndex={0}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={cursor.row < 0 ? undefined : `cell-${cursor.row}-${cursor.column}`}
        className={css.grid}
        style={style}
        onKeyDown={cursor.onKeyDown}
      >
        <HeadRow {...parts} rows={rows} selection={selection} change={change} />
        {loading ? (
          <WaitingRows columns={look.columns} />
        ) : (
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {shown.map(({ index, start }) => {
              const row = rows[index]!;
              return (
                <BodyRow
                  key={row.id}
                  {...parts}
                  row={row}
                  index={index}
                  top={start}
                  selected={selection.has(row.id)}
                  column={cursor.row === index ? cursor.column : -1}
                  editing={cursor.row === index && cursor.editing}
                  cursor={cursor.moves}
                  onSelect={selection.toggle}
                  onPeek={onPeek}
                />
              );
            })}
          </div>
        )}
        <FigureRow {...parts} />
      </div>
    </div>
  );
}

function WaitingRows({ columns }: { columns: Column[] }) {
  return Array.from({ length: 14 }, (_, row) => (
    <div key={row} role="row" className={css.row}>
      <div role="gridcell" className={css.tick} />
      {columns.map(({ field }, column) => (
        <div key={field.key} role="gridcell">
          <Bar width={`${40 + ((row * 31 + column * 17) % 45)}%`} />
        </div>
      ))}
    </div>
  ));
}
