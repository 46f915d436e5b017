/** One record as a row; drawn anew only when what it shows changes. */
import { PanelRight } from "lucide-react";
import { memo, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta, Row } from "@/api/types";
import { ComputedButton, isExplained } from "@/fields/ComputedButton";
import { RowCell } from "@/fields/RowCell";
import { editorOf, isRight } from "@/fields/registry";

import { colourOf } from "../state/colour";
import type { Column, Look } from "../state/look";
import { EditCell } from "./EditCell";
import css from "./Grid.module.css";
import type { Layout } from "./layout";
import { TitleLink } from "./TitleLink";
import type { CursorMoves } from "./useCursor";

export interface BodyRowProps {
  object: ObjectMeta;
  look: Look;
  layout: Layout;
  row: Row;
  index: number;
  /** Undefined where rows follow each other by themselves. */
  top?: number;
  selected: boolean;
  /** The column with the cursor, -1 for none. */
  column: number;
  editing: boolean;
  cursor?: CursorMoves;
  onSelect: (id: string, upTo: boolean) => void;
  onPeek: (id: string) => void;
}

export const BodyRow = memo(function BodyRow(props: BodyRowProps) {
  const { object, look, layout, row, index, top, selected, column, cursor, onSelect } = props;
  const { t } = useTranslation();
  const colour = colourOf(object, look.view?.colour_by, row);
  const name = row.title || t("fields.untitled");
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`${css.row} ${top == null ? "" : css.body} ${selected ? css.selected : ""}`}
      style={top == null ? undefined : { transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={css.tick}>
        {colour && <i className={css.stripe} style={{ background: colour }} aria-hidden />}
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          aria-label={t("list.select", { name })}
          onChange={(event) => onSelect(row.id, (event.nativeEvent as PointerEvent).shiftKey)}
        />
      </div>
      {look.columns.map((each, place) => (
        <div
          key={each.field.key}
          id={top == null ? undefined : `cell-${index}-${place}`}
          role="gridcell"
          style={layout.cells[place]}
          className={cellClass(each, place === column)}
          onClick={(event) => isPlain(event) && cursor?.go(index, place)}
          onDoubleClick={(event) => isPlain(event) && cursor?.edit(index, place)}
        >
          <CellContent {...props} each={each} active={place === column} />
        </div>
      ))}
      <div role="gridcell" />
    </div>
  );
});

interface CellContentProps extends BodyRowProps {
  each: Column;
  active: boolean;
}

function CellContent({ object, row, each, active, editing, cursor, onPeek }: CellContentProps) {
  const { field } = each;
  if (active && editing && cursor && editorOf(field)) {
    return <EditCell object={object} row={row} field={field} onDone={cursor.done} />;
  }
  if (field.key !== object.title_field) {
    return (
      <>
        <RowCell row={row} field={field} place="list" />
        {active && isExplained(field) && (
          <span className={css.why}>
            <ComputedButton object={object} field={field} id={row.id} />
          </span>
        )}
      </>
    );
  }
  return <TitleCell row={row} onPeek={onPeek} />;
}

function TitleCell({ row, onPeek }: Pick<BodyRowProps, "row" | "onPeek">) {
  const { t } = useTranslation();
  return (
    <>
      <TitleLink row={row} />
      <button
        type="button"
        tabIndex={-1}
        className={css.peek}
        title={t("list.peek")}
        aria-label={t("list.peek")}
        onClick={() => onPeek(row.id)}
      >
        <PanelRight size={14} aria-hidden />
      </button>
    </>
  );
}

function cellClass(column: Column, active: boolean): string {
  const right = isRight(column.field) ? css.right : "";
  return `${right} ${column.pinned ? css.pinned : ""} ${active ? css.active : ""}`;
}

/** Links and buttons in a cell do what they say. */
function isPlain(event: MouseEvent): boolean {
  return !(event.target as Element).closest("a, button, input, .ant-select");
}
