/** A list on a phone: one card a record, its first facts below the title. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { valueOf } from "@/api/records";
import type { ObjectMeta, Row } from "@/api/types";
import { isBlank } from "@/fields/FieldCell";
import { RowCell } from "@/fields/RowCell";
import { Bar, PageSkeleton } from "@/ui/Skeleton";
import { useTextScale } from "@/ui/textScale";
import { usePress } from "@/ui/usePress";

import { colourOf } from "../state/colour";
import type { Selection } from "../select/useSelection";
import type { Look } from "../state/look";
import { dayOf, factsOf } from "./columns";
import css from "./List.module.css";
import { LOWEST_PX, type RowsProps } from "./RowGrid";

const HEIGHT = 84;
const UNDER_PX = 72;

export function CardList({ object, look, rows, loading, onSight, selection }: RowsProps) {
  const scroller = useRef<HTMLUListElement>(null);
  const height = HEIGHT * useTextScale();
  const virtual = useVirtualizer({
    count: Math.min(rows.length, Math.floor(LOWEST_PX / height)),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    // The last card goes up from under the round button that adds one.
    paddingEnd: UNDER_PX,
    useFlushSync: false,
  });
  // What was measured before is measured anew.
  useEffect(() => virtual.measure(), [virtual, height]);
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onSight(first, last), [first, last, onSight]);
  if (loading) return <PageSkeleton />;
  return (
    <ul ref={scroller} className={css.cards}>
      <li style={{ height: virtual.getTotalSize() }} aria-hidden />
      {shown.map(({ index, start, key }) => {
        const row = rows.at(index);
        return (
          <li
            key={key}
            className={css.card}
            style={{ transform: `translateY(${start}px)` }}
            aria-busy={row == null}
          >
            {row ? <Card {...{ object, look, row, selection }} /> : <WaitingCard />}
          </li>
        );
      })}
    </ul>
  );
}

function WaitingCard() {
  return (
    <div className={css.tap}>
      <Bar width="55%" />
      <Bar width="35%" />
    </div>
  );
}

interface CardProps {
  object: ObjectMeta;
  look: Look;
  row: Row;
  selection: Selection;
}

/** A tap opens it; after a long press on any of them a tap ticks it. */
export function Card({ selection, ...shown }: CardProps) {
  const { t } = useTranslation();
  const { object, look, row } = shown;
  const colour = colourOf(object, look.view?.colour_by, row);
  const style = { boxShadow: colour && `inset 3px 0 ${colour}` };
  const press = usePress(() => {
    selection.setPicking();
    if (!selection.has(row.id)) selection.toggle(row.id, false);
  });
  const name = row.title || t("fields.untitled");
  const ticked = selection.has(row.id);
  const facts = <Facts {...shown} name={name} />;
  return (
    <div {...press}>
      {selection.picking ? (
        <button
          type="button"
          role="checkbox"
          aria-checked={ticked}
          aria-label={t("list.select", { name })}
          className={`${css.tap} ${css.pick}`}
          style={style}
          onClick={() => selection.toggle(row.id, false)}
        >
          <i className={css.box} aria-hidden>
            {ticked && <Check size={14} strokeWidth={3} />}
          </i>
          {facts}
        </button>
      ) : (
        <Link to={`/o/${row.object}/${row.id}`} className={css.tap} style={style}>
          {facts}
        </Link>
      )}
    </div>
  );
}

function Facts({ object, look, row, name }: Omit<CardProps, "selection"> & { name: string }) {
  const fields = look.columns.map(({ field }) => field);
  const ordered = fields.sort((a, b) => titleFirst(object, a.key) - titleFirst(object, b.key));
  const facts = factsOf(ordered, (field) => !isBlank(valueOf(row, field)));
  const day = dayOf(ordered, look.sort);
  return (
    <>
      <span className={css.first}>
        <strong className="ell">{name}</strong>
        {day && !isBlank(valueOf(row, day)) && <RowCell row={row} field={day} place="card" />}
      </span>
      <span className={css.facts}>
        {facts.map((field) => (
          <span key={field.key} className="ell">
            <RowCell row={row} field={field} place="card" />
          </span>
        ))}
      </span>
    </>
  );
}

function titleFirst(object: ObjectMeta, key: string): number {
  return key === object.title_field ? 0 : 1;
}
