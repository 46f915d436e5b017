/** A list on a phone: one card a record, its first facts below the title. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { valueOf } from "@/api/records";
import type { ObjectMeta, Row } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { PageSkeleton } from "@/ui/Skeleton";

import { colourOf } from "../state/colour";
import type { Look } from "../state/look";
import { factsOf } from "./columns";
import css from "./List.module.css";
import type { RowsProps } from "./RowGrid";

const HEIGHT = 84;

export function CardList({ object, look, rows, loading, more }: RowsProps) {
  const scroller = useRef<HTMLUListElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 6,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 20) more?.();
  }, [last, rows.length, more]);
  if (loading) return <PageSkeleton />;
  return (
    <ul ref={scroller} className={css.cards}>
      <li style={{ height: virtual.getTotalSize() }} aria-hidden />
      {shown.map(({ index, start, key }) => (
        <li key={key} className={css.card} style={{ transform: `translateY(${start}px)` }}>
          <Card object={object} look={look} row={rows[index]!} />
        </li>
      ))}
    </ul>
  );
}

export function Card({ object, look, row }: { object: ObjectMeta; look: Look; row: Row }) {
  const { t } = useTranslation();
  const fields = look.columns.map(({ field }) => field);
  const ordered = fields.sort((a, b) => titleFirst(object, a.key) - titleFirst(object, b.key));
  const facts = factsOf(ordered, (field) => !isBlank(valueOf(row, field)));
  const colour = colourOf(object, look.view?.colour_by, row);
  return (
    <Link
      to={`/o/${row.object}/${row.id}`}
      style={{ boxShadow: colour && `inset 3px 0 ${colour}` }}
    >
      <strong className="ell">{row.title || t("fields.untitled")}</strong>
      <div className={css.facts}>
        {facts.map((field) => (
          <span key={field.key} className="ell">
            <FieldCell field={field} value={valueOf(row, field)} place="card" />
          </span>
        ))}
      </div>
    </Link>
  );
}

function titleFirst(object: ObjectMeta, key: string): number {
  return key === object.title_field ? 0 : 1;
}
