/** The lines of a record as a table with sums; typed into where `onChange` is given. */
import {
  createElement,
  memo,
  useRef,
  type ClipboardEvent,
  type CSSProperties,
  type DragEvent,
  type KeyboardEvent,
} from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Values } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { isAsked } from "@/fields/creating";
import { editorOf, isRight, widthOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";

import css from "./Lines.module.css";
import { LineTools } from "./LineTools";
import { useLineEdits, type LineEdits } from "./useLineEdits";
import { useLines } from "./useLines";

const EDGES_PX = 24;
// A date with its weekday; longer names are cut, for figures beside them may not be.
const NAME_PX = 150;

export interface LinesProps {
  field: FieldMeta;
  show: string[];
  lines: Values[];
  onChange?: (lines: Values[]) => void;
  errorAt?: (line: number, key: string) => string | undefined;
}

export function LinesTable({ field, show, lines, onChange, errorAt }: LinesProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const shown = useLines(field, show, lines);
  const edits = useLineEdits(lines, onChange);
  const moving = useMoving(edits);
  if (!shown) return null;
  const { object, columns, figures, sums } = shown;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label(field.label)}>
      <table
        className={css.table}
        onPaste={
          onChange &&
          ((event) => {
            const [at, column] = placeOf(event);
            if (columns[column]) edits.paste(event, columns, at, columns[column]);
          })
        }
        onKeyDown={onChange && moving.onKeyDown}
      >
        <thead>
          <tr>
            <th className={css.number}>#</th>
            {columns.map((column) => (
              <th
                key={column.key}
                className={isRight(column) ? css.right : undefined}
                style={onChange && editorOf(column) && roomFor(column)}
              >
                {label(column.label)}
                {onChange && isAsked(column) && column.writable && (
                  <span className={css.star}>*</span>
                )}
              </th>
            ))}
            {onChange && <th className={css.tool} aria-label={t("record.removeLine")} />}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => (
            <tr
              key={(line.id as string) ?? (line.key as string) ?? at}
              {...(onChange && moving.target(at))}
            >
              <td className={css.number} {...(onChange && moving.handle(at))}>
                {at + 1}
              </td>
              {columns.map((column, place) => (
                <td key={column.key} className={isRight(column) ? css.right : undefined}>
                  <Entry
                    object={object}
                    field={column}
                    value={figures[at]![place]}
                    at={at}
                    error={errorAt?.(at, column.key)}
                    onPut={onChange && edits.put}
                  />
                </td>
              ))}
              {onChange && (
                <td className={css.tool}>
                  <LineTools at={at} last={at === lines.length - 1} edits={edits} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
        {sums.size > 0 && (
          <tfoot>
            <tr>
              <td className={css.number} />
              {columns.map((column, place) => (
                <td key={column.key} className={isRight(column) ? css.right : undefined}>
                  {sums.has(column.key) ? (
                    <FieldCell field={column} value={sums.get(column.key)} place="page" />
                  ) : (
                    place === 0 && t("record.sum")
                  )}
                </td>
              ))}
              {onChange && <td className={css.tool} />}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** What is typed stands whole: the width of such a value in a list, and the edges of its editor. */
function roomFor(column: FieldMeta): CSSProperties {
  return { minWidth: (isRight(column) ? widthOf(column) : NAME_PX) + EDGES_PX };
}

/** The line and the column something happened in; −1 before the first. */
function placeOf({ target }: ClipboardEvent): [line: number, column: number] {
  const cell = (target as Element).closest<HTMLTableCellElement>("tbody td");
  const row = cell?.parentElement as HTMLTableRowElement | undefined;
  return [row?.sectionRowIndex ?? -1, (cell?.cellIndex ?? 0) - 1];
}

/** Lines go up and down: by their number with the mouse, by Alt and an arrow from any cell. */
function useMoving({ move }: LineEdits) {
  const from = useRef(-1);
  return {
    handle: (at: number) => ({
      draggable: true,
      onDragStart: (event: DragEvent) => {
        from.current = at;
        event.dataTransfer.effectAllowed = "move";
      },
      onDragEnd: () => (from.current = -1),
    }),
    target: (at: number) => ({
      onDragOver: (event: DragEvent) => from.current >= 0 && event.preventDefault(),
      onDrop: (event: DragEvent) => {
        if (from.current < 0) return;
        event.preventDefault();
        move(from.current, at);
      },
    }),
    onKeyDown: (event: KeyboardEvent) => {
      const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = step && (event.target as Element).closest<HTMLTableRowElement>("tbody tr");
      if (!row) return;
      event.preventDefault();
      event.stopPropagation();
      const focused = document.activeElement as HTMLElement | null;
      flushSync(() => move(row.sectionRowIndex, row.sectionRowIndex + step));
      // A row that was taken out and put in again has lost it.
      focused?.focus();
    },
  };
}

interface EntryProps {
  object: ObjectMeta;
  field: FieldMeta;
  value: unknown;
  at: number;
  error?: string;
  onPut?: (at: number, key: string, value: unknown) => void;
}

/** Drawn anew only when it is the one that changes: each has an editor, and there may be many. */
const Entry = memo(function Entry({ object, field, value, at, error, onPut }: EntryProps) {
  const label = useLabel();
  const editor = onPut && editorOf(field);
  // Figures of lines are checked against paper: whole, never in 万.
  const place = isRight(field) ? "page" : "list";
  if (!editor) return <FieldCell field={field} value={value} place={place} />;
  const id = `${object.key}-${at}-${field.key}`;
  return (
    <>
      <label htmlFor={id} className="sr">
        {`${label(field.label)} ${at + 1}`}
      </label>
      {createElement(editor, {
        field,
        value: (value ?? null) as never,
        onChange: (given: unknown) => onPut(at, field.key, given),
        error,
        id,
      })}
      {error && (
        <span role="alert" className={css.error}>
          {error}
        </span>
      )}
    </>
  );
});
