/** One column of a board: as many cards as there are, only those in sight are drawn. */
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { failureOf, useRecordPages } from "@/api/records";
import type { FieldMeta, ObjectMeta, Option, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { withLate } from "@/fields/late";
import { Dot } from "@/fields/OptionTag";
import { useLabel } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import type { Look } from "../state/look";
import { both, isIn } from "../state/within";
import css from "./Board.module.css";
import { BoardCard } from "./BoardCard";
import { useCardHeight } from "./CardFacts";
import type { Moves } from "./useMoves";

export interface ColumnProps {
  object: ObjectMeta;
  look: Look;
  field: FieldMeta;
  sum?: FieldMeta;
  option: Option;
  options: Option[];
  cards: FieldMeta[];
  count?: number;
  total: unknown;
  /** Starts folded: what is over needs no place. */
  closed: boolean;
  narrow: boolean;
  moves: Moves;
  onPeek: (id: string) => void;
}

export function BoardColumn(props: ColumnProps) {
  const { option, count, total, sum, closed, narrow } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const [folded, setFolded] = useState(closed && !narrow);
  const { column, over } = useTarget(props, folded);
  const name = label(option.label) || t("list.blank");
  const figures = (
    <>
      {count != null && <span className={css.count}>{number(String(count))}</span>}
      {sum && total != null && (
        <span className={css.sum}>
          <FieldCell field={sum} value={total} place="figure" />
        </span>
      )}
    </>
  );
  if (folded) {
    return (
      <section ref={column} className={`${css.folded} ${over ? css.over : ""}`} aria-label={name}>
        <button
          type="button"
          title={t("list.openColumn", { name })}
          aria-expanded={false}
          onClick={() => setFolded(false)}
        >
          {option.colour && <Dot colour={option.colour} />}
          <strong>{name}</strong>
          {figures}
        </button>
      </section>
    );
  }
  return (
    <section ref={column} className={`${css.column} ${over ? css.over : ""}`} aria-label={name}>
      {!narrow && (
        <header className={css.top}>
          {option.colour && <Dot colour={option.colour} />}
          <h2 className="ell">{name}</h2>
          {figures}
        </header>
      )}
      <Cards {...props} />
    </section>
  );
}

function useTarget({ option, moves, field }: ColumnProps, folded: boolean) {
  const column = useRef<HTMLElement>(null);
  const [over, setOver] = useState(false);
  const latest = useRef({ moves, option });
  useEffect(() => {
    latest.current = { moves, option };
  });
  useEffect(() => {
    return dropTargetForElements({
      element: column.current!,
      canDrop: ({ source }) => "row" in source.data && field.writable,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false);
        void latest.current.moves.move(source.data.row as Row, latest.current.option);
      },
    });
    // A folded column is another element.
  }, [field.writable, folded]);
  return { column, over };
}

/** A card that is led over the column draws its edge, not its cards. */
const Cards = memo(function Cards(props: ColumnProps) {
  const { object, look, field, option, cards, moves, options, onPeek } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const keys = [...cards.map(({ key }) => key), field.key, object.title_field];
  const pages = useRecordPages(object.key, {
    filter: both(look.filter, isIn(field, option.key)),
    sort: look.sort.join(","),
    q: look.q,
    fields: withLate(object, keys).join(","),
  });
  const loaded = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const rows = moves.placed(loaded, option.key);
  const height = useCardHeight(cards);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]!.id,
    gap: 8,
    overscan: 4,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (last >= rows.length - 15 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const failure = failureOf(pages);
  if (failure) return <Failure error={failure} onRetry={() => void pages.refetch()} />;
  return (
    <div ref={scroller} className={css.cards}>
      {pages.isPending && [0, 1, 2].map((each) => <WaitingCard key={each} height={height} />)}
      {!pages.isPending && rows.length === 0 && <p className={css.none}>{t("list.noCards")}</p>}
      <ul style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, start, key }) => (
          <li
            key={key}
            className={css.place}
            style={{ transform: `translateY(${start}px)`, height }}
          >
            <BoardCard
              row={rows[index]!}
              cards={cards}
              options={options}
              at={option.key}
              moves={moves}
              movable={field.writable}
              onPeek={onPeek}
            />
          </li>
        ))}
      </ul>
    </div>
  );
});

function WaitingCard({ height }: { height: number }) {
  return (
    <div
      className={css.card}
      style={{ height, marginBottom: 8, justifyContent: "flex-start", gap: 12, paddingTop: 16 }}
    >
      <Bar width="70%" />
      <Bar width="45%" />
    </div>
  );
}
