/** Rows and columns, as many as there are: only those in sight are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { valueOf } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { isRight, widthOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import { Empty } from "@/ui/Empty";
import { ObjectIcon } from "@/ui/icons";
import { usePreferences } from "@/ui/preferences";
import { Bar } from "@/ui/Skeleton";
import { ROW_HEIGHT } from "@/ui/tokens";

import css from "./List.module.css";
import { TitleLink } from "./TitleLink";

export interface ListProps {
  object: ObjectMeta;
  columns: FieldMeta[];
  rows: Row[];
  loading: boolean;
  /** Asks for the next page; undefined when there is none or it is on its way. */
  more?: () => void;
}

interface Props extends ListProps {
  sort?: string;
  onSort: (sort: string | undefined) => void;
}

const AHEAD = 12;

export function RowGrid({ object, columns, rows, loading, more, sort, onSort }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const height = ROW_HEIGHT[usePreferences().density];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: AHEAD,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - AHEAD) more?.();
  }, [last, rows.length, more]);
  useEffect(() => virtual.measure(), [virtual, height]);

  const widths = columns.map((field, index) => widthOf(field) + (index === 0 ? 80 : 0));
  const template = widths.map((width) => `minmax(${width}px, ${width}fr)`).join(" ");
  const style = { "--columns": template, minWidth: widths.reduce((a, b) => a + b, 0) };
  if (!loading && rows.length === 0) {
    return (
      <Empty
        icon={() => <ObjectIcon name={object.icon} size={22} />}
        text={t("list.empty", { name: label(object.label) })}
      />
    );
  }
  return (
    <div ref={scroller} className={css.scroller}>
      <div role="table" aria-rowcount={rows.length + 1} style={style as CSSProperties}>
        <div role="row" className={`${css.row} ${css.heads}`}>
          {columns.map((field) => (
            <Head key={field.key} field={field} sort={sort} onSort={onSort} />
          ))}
        </div>
        {loading ? (
          <WaitingRows columns={columns.length} />
        ) : (
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {shown.map((item) => (
              <GridRow
                key={rows[item.index]!.id}
                row={rows[item.index]!}
                columns={columns}
                index={item.index}
                top={item.start}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

interface HeadProps {
  field: FieldMeta;
  sort?: string;
  onSort: (sort: string | undefined) => void;
}

/** Up, down, as it was. */
function Head({ field, sort, onSort }: HeadProps) {
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  const up = sort === field.key;
  const down = sort === `-${field.key}`;
  const Arrow = down ? ArrowDown : ArrowUp;
  const next = up ? `-${field.key}` : down ? undefined : field.key;
  return (
    <div
      role="columnheader"
      aria-sort={up ? "ascending" : down ? "descending" : "none"}
      className={isRight(field) ? css.right : undefined}
    >
      <button
        type="button"
        className={css.headButton}
        onClick={() => onSort(next)}
        title={t("list.sortBy", { name })}
      >
        <span className="ell">{name}</span>
        {(up || down) && <Arrow size={12} aria-hidden />}
      </button>
    </div>
  );
}

interface GridRowProps {
  row: Row;
  columns: FieldMeta[];
  index: number;
  top: number;
}

function GridRow({ row, columns, index, top }: GridRowProps) {
  const navigate = useNavigate();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`${css.row} ${css.body}`}
      style={{ transform: `translateY(${top}px)` }}
      onDoubleClick={() => void navigate(`/o/${row.object}/${row.id}`)}
    >
      {columns.map((field, place) => (
        <div key={field.key} role="cell" className={isRight(field) ? css.right : undefined}>
          {place === 0 ? (
            <TitleLink row={row} />
          ) : (
            <FieldCell field={field} value={valueOf(row, field)} place="list" />
          )}
        </div>
      ))}
    </div>
  );
}

function WaitingRows({ columns }: { columns: number }) {
  return Array.from({ length: 14 }, (_, row) => (
    <div key={row} role="row" className={css.row}>
      {Array.from({ length: columns }, (_, column) => (
        <div key={column} role="cell">
          <Bar width={`${40 + ((row * 31 + column * 17) % 45)}%`} />
        </div>
      ))}
    </div>
  ));
}
