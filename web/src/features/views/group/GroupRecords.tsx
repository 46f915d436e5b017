/** The records of one group, some at a time. */
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useRecordPages } from "@/api/records";
import type { Row } from "@/api/types";
import { Button } from "@/ui/Button";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { BodyRow } from "../list/BodyRow";
import { Card } from "../list/CardList";
import type { Layout } from "../list/layout";
import { fieldsOf } from "../list/asked";
import css from "./Group.module.css";
import type { GroupedProps } from "./GroupedRows";
import { useGroupCursor } from "./useGroupCursor";

interface Props extends GroupedProps {
  layout: Layout;
  within: string;
  /** How many there are: so much place is kept while they come. */
  count: number;
}

const MOST_WAITING = 30;
const NONE: Row[] = [];

export function GroupRecords(props: Props) {
  const { object, look, within, count, narrow, selection } = props;
  const { t } = useTranslation();
  const asked = { filter: within, sort: look.sort.join(","), fields: fieldsOf(object, look) };
  const pages = useRecordPages(object.key, asked);
  const { isPending } = pages;
  const loaded = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  // The first rows are drawn in pieces; later they change as they are written.
  const waiting = useDeferredValue(isPending) || isPending;
  const rows = waiting ? NONE : loaded;
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <>
      {waiting &&
        Array.from({ length: Math.min(count, MOST_WAITING) }, (_, index) => (
          <div key={index} className={`${css.waiting} ${narrow ? css.card : ""}`}>
            <Bar width={narrow ? 200 : 320} />
          </div>
        ))}
      {narrow ? (
        rows.map((row) => (
          <div key={row.id} className={css.card}>
            <Card object={object} look={look} row={row} selection={selection} />
          </div>
        ))
      ) : (
        <Rows {...props} rows={rows} />
      )}
      {pages.hasNextPage && (
        <div role={narrow ? undefined : "row"} className={css.waiting}>
          <div role={narrow ? undefined : "gridcell"}>
            <Button
              size="small"
              type="text"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              {t("list.showMore")}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

function Rows({ object, look, layout, rows, selection, onPeek }: Props & { rows: Row[] }) {
  const { row: at, column, editing, moves, onKeyDown, leave } = useGroupCursor(rows, look.columns);
  return (
    <div
      role="rowgroup"
      tabIndex={0}
      data-keys
      className={css.rows}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!editing && !event.currentTarget.contains(event.relatedTarget)) leave();
      }}
    >
      {rows.map((row, index) => (
        <BodyRow
          key={row.id}
          object={object}
          look={look}
          layout={layout}
          row={row}
          index={index}
          selected={selection.has(row.id)}
          column={at === index ? column : -1}
          editing={at === index && editing}
          cursor={moves}
          onSelect={selection.toggle}
          onPeek={onPeek}
        />
      ))}
    </div>
  );
}
