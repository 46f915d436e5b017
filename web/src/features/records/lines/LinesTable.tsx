/** The lines of a record as a table with sums; typed into where `onChange` is given. */
import { Trash2 } from "lucide-react";
import { createElement, memo, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Values } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { isAsked } from "@/fields/creating";
import { editorOf, isRight, widthOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { useStable } from "@/ui/useStable";

import css from "./Lines.module.css";
import { useLines } from "./useLines";

const EDGES_PX = 24;

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
  const put = useStable((at: number, key: string, value: unknown) =>
    onChange?.(lines.map((line, n) => (n === at ? { ...line, [key]: value } : line))),
  );
  const remove = useStable((at: number) => onChange?.(lines.filter((_, n) => n !== at)));
  if (!shown) return null;
  const { object, columns, figures, sums } = shown;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label(field.label)}>
      <table className={css.table}>
        <thead>
          <tr>
            <th className={css.number}>#</th>
            {columns.map((column) => (
              <th
                key={column.key}
                className={isRight(column) ? css.right : undefined}
                style={onChange && roomFor(column)}
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
            <tr key={(line.id as string) ?? (line.key as string) ?? at}>
              <td className={css.number}>{at + 1}</td>
              {columns.map((column, place) => (
                <td key={column.key} className={isRight(column) ? css.right : undefined}>
                  <Entry
                    object={object}
                    field={column}
                    value={figures[at]![place]}
                    at={at}
                    error={errorAt?.(at, column.key)}
                    onPut={onChange && put}
                  />
                </td>
              ))}
              {onChange && (
                <td className={css.tool}>
                  <Remove at={at} onRemove={remove} />
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
              {onChange && <td />}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** What is typed stands whole: the width of such a value in a list, and the edges of its editor. */
function roomFor(column: FieldMeta): CSSProperties | undefined {
  return isRight(column) ? { minWidth: widthOf(column) + EDGES_PX } : undefined;
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

interface RemoveProps {
  at: number;
  onRemove: (at: number) => void;
}

const Remove = memo(function Remove({ at, onRemove }: RemoveProps) {
  const { t } = useTranslation();
  return <IconButton icon={Trash2} label={t("record.removeLine")} onClick={() => onRemove(at)} />;
});
