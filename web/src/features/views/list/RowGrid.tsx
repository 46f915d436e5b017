/** Rows and columns, as many as there are: only those in sight are drawn. */
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import {
  memo,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type RefObject,
} from "react";

import type { Rows } from "@/api/blocks";
import type { ObjectMeta, Row } from "@/api/types";
import { isRight } from "@/fields/registry";
import { usePlace } from "@/ui/usePlace";
import { usePreferences } from "@/ui/preferences";
import { Bar } from "@/ui/Skeleton";
import { ROW_HEIGHT } from "@/ui/tokens";

import { tickedOf, type Selection } from "../select/useSelection";
import type { Column, Look, LookChange } from "../state/look";
import { BodyRow, type BodyRowProps } from "./BodyRow";
import { FigureRow } from "./FigureRow";
import css from "./Grid.module.css";
import { HeadRow } from "./HeadRow";
import { layoutOf } from "./layout";
import { useColumnInSight } from "./useColumnInSight";
import type { Cursor } from "./useCursor";

export interface RowsProps {
  object: ObjectMeta;
  look: Look;
  rows: Rows;
  loading: boolean;
  selection: Selection;
  /** Hears which rows are looked at. */
  onSight: (first: number, last: number) => void;
  onPeek: (id: string) => void;
}

interface Props extends RowsProps {
  cursor: Cursor;
  change: (change: LookChange) => void;
}

const AHEAD = 12;
/** Browsers draw nothing farther down than about so many px. */
export const LOWEST_PX = 16_000_000;

export function RowGrid({ object, look, rows, loading, onSight, ...rest }: Props) {
  const { cursor, selection, change, onPeek } = rest;
  const height = ROW_HEIGHT[usePreferences().density];
  const scroller = useRef<HTMLDivElement>(null);
  const place = usePlace();
  // Scrolled away it is there still: what is typed, and files on their way, belong to its editor.
  const edited = cursor.editing ? cursor.row : -1;
  const virtual = useVirtualizer({
    count: Math.min(rows.length, Math.floor(LOWEST_PX / height)),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: AHEAD,
    rangeExtractor: (range) => withRow(defaultRangeExtractor(range), edited),
    useFlushSync: false,
    // Known before it is measured: rows are part of the first drawing, not of one that follows.
    initialOffset: place.before,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    // The head and the sums lie over the first and the last row.
    scrollPaddingStart: height,
    scrollPaddingEnd: height,
  });
  // The first rows are drawn in pieces, too: those that come, and those one comes back to.
  const waiting = useDeferredValue(loading) || loading;
  const begun = useDeferredValue(true, false);
  const shown = virtual.getVirtualItems();
  const { startIndex: first = 0, endIndex: last = 0 } = virtual.range ?? {};
  useEffect(() => onSight(first, last), [first, last, onSight]);
  useTop(scroller, look);
  useEffect(() => place.keep(() => virtual.scrollOffset ?? 0), [place, virtual]);
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (cursor.row >= 0) virtual.scrollToIndex(cursor.row, { align: "auto" });
  }, [virtual, cursor.row]);
  useColumnInSight(scroller, cursor);

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
        <HeadRow
          {...parts}
          ticked={tickedOf(selection, rows.loaded)}
          onAll={selection.setShown}
          change={change}
        />
        {waiting ? (
          <WaitingRows columns={look.columns} />
        ) : (
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {shown.map(({ index, start }) => {
              const row = begun ? rows.at(index) : undefined;
              return (
                // By its place: rows that come in above leave an editor where it is.
                <RowAt
                  key={index}
                  {...parts}
                  row={row}
                  index={index}
                  top={start}
                  selected={row != null && selection.has(row.id)}
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

/** The rows to draw, in their order, with one that is far from them. */
function withRow(indexes: number[], row: number): number[] {
  if (row < 0 || indexes.includes(row)) return indexes;
  return row < (indexes[0] ?? 0) ? [row, ...indexes] : [...indexes, row];
}

/** Another order or another filter is looked at from its top. */
function useTop(scroller: RefObject<HTMLDivElement | null>, { filter, sort, q }: Look) {
  const shape = JSON.stringify([filter, sort, q]);
  const begun = useRef(shape);
  useEffect(() => {
    if (shape === begun.current) return;
    begun.current = shape;
    scroller.current?.scrollTo({ top: 0 });
  }, [shape, scroller]);
}

interface RowAtProps extends Omit<BodyRowProps, "row"> {
  row: Row | undefined;
  top: number;
}

/** A row, or its place while it is on its way; those that come together are drawn in pieces. */
const RowAt = memo(function RowAt({ row, ...props }: RowAtProps) {
  const here = useDeferredValue(row != null);
  if (row && here) return <BodyRow {...props} row={row} />;
  return <Missing row={props.index} top={props.top} />;
});

/** A row that is on its way. */
function Missing({ row, top }: { row: number; top: number }) {
  return (
    <div
      role="row"
      aria-busy
      className={`${css.row} ${css.body}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={css.missing}>
        <Bar width={120 + ((row * 31) % 45)} />
        <Bar width={60 + ((row * 17) % 45)} />
      </div>
    </div>
  );
}

function WaitingRows({ columns }: { columns: Column[] }) {
  return Array.from({ length: 14 }, (_, row) => (
    <div key={row} role="row" className={css.row}>
      <div role="gridcell" className={css.tick} />
      {columns.map(({ field }, column) => (
        <div key={field.key} role="gridcell" className={isRight(field) ? css.right : undefined}>
          <Bar width={`${40 + ((row * 31 + column * 17) % 45)}%`} />
        </div>
      ))}
    </div>
  ));
}
