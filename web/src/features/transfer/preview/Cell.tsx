/** One cell: what it says, what it becomes, what is wrong with it and where its like is found. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { CellFault } from "@/api/imports";
import { FieldCell, isBlank } from "@/fields/FieldCell";

import type { Target } from "../target";
import own from "./Preview.module.css";
import type { RowProps, ShownColumn } from "./RowTable";

interface Props extends Omit<RowProps, "columns"> {
  column: ShownColumn;
}

export function Cell({ row, column, target }: Props) {
  const text = row.cells[column.name] ?? "";
  const fault = column.first ? row.faults.get(column.name) : undefined;
  const change = row.changes.get(column.field);
  const field = target.field(column.field);
  if (fault) {
    return (
      <span className={own.faulty}>
        <span className={own.bad}>{text || "–"}</span>
        <span>
          {fault.message} <Alike fault={fault} text={text} column={column} target={target} />
        </span>
      </span>
    );
  }
  if (!change || !field || change.lines) {
    return (
      <span className={`${row.outcome === "updated" ? own.same : ""} ell`} title={text}>
        {text}
      </span>
    );
  }
  const before = row.outcome === "updated" && !isBlank(change.from);
  return (
    <span className={own.changed} title={text}>
      {before && (
        <del className="ell">
          <FieldCell field={field} value={change.from} place="list" />
        </del>
      )}
      {before && <span aria-hidden>→</span>}
      <span className={row.outcome === "updated" ? `${own.fresh} ell` : "ell"}>
        <FieldCell field={field} value={change.to} place="list" />
      </span>
    </span>
  );
}

interface AlikeProps {
  fault: CellFault;
  text: string;
  column: ShownColumn;
  target: Target;
}

/** The records that are there already with the same value. */
function Alike({ fault, text, column, target }: AlikeProps) {
  const { t } = useTranslation();
  if (!target.object || !text || column.field.includes(".")) return null;
  if (fault.code !== "field.not_unique" && fault.code !== "record.duplicate") return null;
  const found = new URLSearchParams({ view: "-", q: text });
  return (
    <Link to={`/o/${target.key}?${found}`} target="_blank">
      {t("transfer.seeAlike")}
    </Link>
  );
}
