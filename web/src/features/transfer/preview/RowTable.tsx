/** Rows of the file beside what becomes of them; only what is in sight is drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { ImportDocument, Outcome } from "@/api/imports";
import { useNarrow } from "@/ui/useMedia";

import { labelOf } from "../mapping/fields";
import { toneOf } from "../outcomes";
import type { Target } from "../target";
import css from "../Transfer.module.css";
import { Cell } from "./Cell";
import own from "./Preview.module.css";
import type { PreviewRow } from "./rows";

const ROW = 36;
const CARD = 96;
const FATE = "240px";
const PLAIN = "168px";
const WORDY = "300px";
/** What is asked of the server of each kind. */
const LISTED: Record<string, number> = { duplicate: 200, error: 200 };
const LISTED_OTHERS = 50;

interface Props {
  made: ImportDocument;
  target: Target;
  rows: PreviewRow[];
  kind: Outcome | null;
  /** Refused rows are read further down. */
  onEnd?: () => void;
}

export interface ShownColumn {
  name: string;
  field: string;
  /** The first field of its column: what is wrong with the cell stands there. */
  first: boolean;
}

export function RowTable({ made, target, rows, kind, onEnd }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = shownColumns(made);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? CARD : ROW),
    getItemKey: (index) => `${rows[index]!.row} ${rows[index]!.outcome}`,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const One = narrow ? RowCard : RowLine;
  const cut = !onEnd && rows.length < wantedRows(made, kind);
  return (
    <>
      {cut && (
        <p className={css.quiet}>
          {t("transfer.firstOnly", { count: (kind && LISTED[kind]) ?? LISTED_OTHERS })}
        </p>
      )}
      <div
        ref={scroller}
        className={own.scroller}
        tabIndex={0}
        role="region"
        aria-label={t("transfer.rowList")}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 400) onEnd?.();
        }}
      >
        <div
          className={own.table}
          role="table"
          aria-label={t("transfer.rowList")}
          style={{ "--cells": widths(columns, rows) } as React.CSSProperties}
        >
          {!narrow && (
            <div className={`${own.line} ${own.titles}`} role="row">
              <span role="columnheader">{t("transfer.line")}</span>
              <span role="columnheader">{t("transfer.becomes")}</span>
              {columns.map(({ name, field }) => (
                <span role="columnheader" key={field} title={name}>
                  {labelOf(made, field)}
                </span>
              ))}
            </div>
          )}
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {items.map(({ index, start, key }) => (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className={own.at}
                style={{ transform: `translateY(${start}px)` }}
              >
                <One row={rows[index]!} columns={columns} made={made} target={target} />
              </div>
            ))}
          </div>
        </div>
      </div>
    </>
  );
}

/** Where something is wrong there is room for the sentence that says it. */
function widths(columns: ShownColumn[], rows: PreviewRow[]): string {
  const wrong = new Set(rows.flatMap(({ faults }) => [...faults.keys()]));
  const fields = columns.map(({ name, first }) => (first && wrong.has(name) ? WORDY : PLAIN));
  // What is wrong with the row as a whole stands beside what becomes of it.
  return [wrong.has("") ? WORDY : FATE, ...fields].join(" ");
}

function shownColumns(made: ImportDocument): ShownColumn[] {
  return made.columns.flatMap(({ column, fields }) =>
    fields.map((field, at) => ({ name: column, field, first: at === 0 })),
  );
}

function wantedRows(made: ImportDocument, kind: Outcome | null): number {
  const counts = made.preview?.counts;
  if (!counts) return 0;
  const of: Record<Outcome, number> = {
    created: counts.create,
    updated: counts.update,
    unchanged: counts.unchanged,
    skipped: counts.skip,
    duplicate: counts.duplicate,
    error: counts.error,
  };
  return kind ? of[kind] : Object.values(of).reduce((sum, each) => sum + each, 0);
}

export interface RowProps {
  row: PreviewRow;
  columns: ShownColumn[];
  made: ImportDocument;
  target: Target;
}

function RowLine({ row, columns, made, target }: RowProps) {
  return (
    <div className={`${own.line} ${own[row.outcome]}`} role="row">
      <span role="rowheader">{row.line}</span>
      <span role="cell" className={own.fate}>
        <Fate row={row} target={target} />
      </span>
      {columns.map((column) => (
        <span role="cell" key={column.field}>
          <Cell row={row} column={column} made={made} target={target} />
        </span>
      ))}
    </div>
  );
}

/** On a phone: what changes and what is wrong, not every cell. */
function RowCard({ row, columns, made, target }: RowProps) {
  const telling = columns.filter(({ name, field, first }) =>
    row.faults.size > 0
      ? (first && row.faults.has(name)) || field === columns[0]?.field
      : row.changes.has(field) || row.outcome === "created",
  );
  return (
    <div className={own.card} role="row">
      <p role="cell" className={own.fate}>
        <Fate row={row} target={target} />
        <span className={css.quiet}>{row.line}</span>
      </p>
      <div role="cell">
        <dl>
          {(telling.length ? telling : columns.slice(0, 2)).slice(0, 6).map((column) => (
            <div key={column.field}>
              <dt>{labelOf(made, column.field)}</dt>
              <dd>
                <Cell row={row} column={column} made={made} target={target} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  );
}

function Fate({ row, target }: Pick<RowProps, "row" | "target">) {
  const { t } = useTranslation();
  const whole = row.faults.get("");
  const there = row.record && row.outcome !== "created" && target.object;
  return (
    <>
      <i className={css[toneOf(row.outcome)]} aria-hidden />
      <span className={own.word}>{t(`transfer.outcome.${row.outcome}`)}</span>
      {there && (
        <Link to={`/o/${target.key}/${row.record}`} target="_blank" className="ell">
          {row.title ?? t("transfer.thatRecord")}
        </Link>
      )}
      {whole && <span className={own.whole}>{whole.message}</span>}
    </>
  );
}
