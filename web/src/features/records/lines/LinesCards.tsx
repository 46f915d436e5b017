/** Lines on a phone: a card each with its amount, opened as a sheet to type into. */
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { isRight } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";

import css from "./Cards.module.css";
import { LineSheet } from "./LineSheet";
import type { LinesProps } from "./LinesTable";
import { useLineEdits } from "./useLineEdits";
import { useLines, type ShownLines } from "./useLines";

export function LinesCards({ field, show, lines, onChange, errorAt }: LinesProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const shown = useLines(field, show, lines);
  // A line that was just added is there to be filled in.
  const [open, setOpen] = useOpened(onChange ? lines.length : 0);
  const edits = useLineEdits(lines, onChange);
  if (!shown) return null;
  const { columns, figures, sums } = shown;
  const amount = amountOf(shown);
  return (
    <>
      <ul className={css.cards} aria-label={label(field.label)}>
        {lines.map((line, at) => {
          const faulty = columns.find((column) => errorAt?.(at, column.key));
          const card = (
            <Card at={at} columns={columns} figures={figures[at]!} amount={amount}>
              {faulty && (
                <span role="alert" className={css.fault}>
                  {`${label(faulty.label)}：${errorAt!(at, faulty.key)}`}
                </span>
              )}
            </Card>
          );
          return (
            <li key={(line.id as string) ?? (line.key as string) ?? at}>
              {onChange ? (
                <button type="button" className={css.card} onClick={() => setOpen(at)}>
                  {card}
                </button>
              ) : (
                <div className={css.card}>{card}</div>
              )}
            </li>
          );
        })}
      </ul>
      {sums.size > 0 && (
        <p className={css.sums}>
          <strong>{t("record.sum")}</strong>
          {columns
            .filter(({ key }) => sums.has(key))
            .map((column) => (
              <span key={column.key}>
                <i>{label(column.label)}</i>
                <FieldCell field={column} value={sums.get(column.key)} place="page" />
              </span>
            ))}
        </p>
      )}
      {onChange && open != null && lines[open] && (
        <LineSheet
          shown={shown}
          lines={lines}
          at={open}
          name={label(field.label)}
          errorAt={errorAt}
          edits={edits}
          onGo={setOpen}
        />
      )}
    </>
  );
}

/** Which line is open; one that comes at the end opens by itself. */
function useOpened(count: number) {
  const [seen, setSeen] = useState(count);
  const [open, setOpen] = useState<number | null>(null);
  if (count !== seen) {
    setSeen(count);
    if (count === seen + 1) setOpen(count - 1);
  }
  return [open, setOpen] as const;
}

/** What a line is worth: the last column that is summed, or the last figure. */
function amountOf({ columns, sums }: ShownLines): FieldMeta | undefined {
  const rest = columns.slice(1).reverse();
  return rest.find(({ key }) => sums.has(key)) ?? rest.find(isRight);
}

interface CardProps {
  at: number;
  columns: FieldMeta[];
  figures: unknown[];
  amount: FieldMeta | undefined;
  children: ReactNode;
}

function Card({ at, columns, figures, amount, children }: CardProps) {
  const label = useLabel();
  const cell = (column: FieldMeta) => (
    <FieldCell
      field={column}
      value={figures[columns.indexOf(column)]}
      // Figures of lines are checked against paper: whole, never in 万.
      place={isRight(column) ? "page" : "card"}
    />
  );
  const facts = columns
    .slice(1)
    .filter((column) => column !== amount && !isBlank(figures[columns.indexOf(column)]));
  return (
    <>
      <span className={css.number}>{at + 1}</span>
      <span className={css.name}>{columns[0] && cell(columns[0])}</span>
      <span className={css.amount}>{amount && cell(amount)}</span>
      {facts.length > 0 && (
        <span className={css.facts}>
          {facts.map((column) => (
            <span key={column.key}>
              <i>{label(column.label)}</i>
              {cell(column)}
            </span>
          ))}
        </span>
      )}
      {children}
    </>
  );
}
