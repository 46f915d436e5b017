/** A list on a phone: one card a record, its first facts in two lines. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { valueOf } from "@/api/records";
import type { FieldMeta, Row } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { useLabel } from "@/i18n/useLabel";
import { Empty } from "@/ui/Empty";
import { ObjectIcon } from "@/ui/icons";
import { PageSkeleton } from "@/ui/Skeleton";

import { factsOf } from "./columns";
import css from "./List.module.css";
import type { ListProps } from "./RowGrid";

const HEIGHT = 84;

export function CardList({ object, columns, rows, loading, more }: ListProps) {
  const { t } = useTranslation();
  const label = useLabel();
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
    if (last >= rows.length - 6) more?.();
  }, [last, rows.length, more]);
  if (loading) return <PageSkeleton />;
  if (rows.length === 0) {
    const icon = () => <ObjectIcon name={object.icon} size={22} />;
    return <Empty icon={icon} text={t("list.empty", { name: label(object.label) })} />;
  }
  return (
    <ul ref={scroller} className={css.cards}>
      <li style={{ height: virtual.getTotalSize() }} aria-hidden />
      {shown.map(({ index, start, key }) => (
        <li key={key} className={css.card} style={{ transform: `translateY(${start}px)` }}>
          <Card row={rows[index]!} columns={columns} />
        </li>
      ))}
    </ul>
  );
}

function Card({ row, columns }: { row: Row; columns: FieldMeta[] }) {
  const { t } = useTranslation();
  const facts = factsOf(columns, (field) => !isBlank(valueOf(row, field)));
  return (
    <Link to={`/o/${row.object}/${row.id}`}>
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
