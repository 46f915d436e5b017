/** Records in rows: a grid with the keyboard on wide screens, cards on narrow ones. */
import { useCallback, useMemo, useState } from "react";

import { failureOf, useRecordPages } from "@/api/records";
import { Sight } from "@/api/sight";
import { Failure } from "@/ui/Failure";
import { useNarrow } from "@/ui/useMedia";

import { GroupedRows } from "../group/GroupedRows";
import { SelectionBar } from "../select/SelectionBar";
import { useSelection } from "../select/useSelection";
import { NoRecords } from "../state/NoRecords";
import { useTotal } from "../state/total";
import { askedOf } from "./asked";
import { CardList } from "./CardList";
import type { LookProps } from "./ListPage";
import { PhoneTools } from "./PhoneTools";
import { RowGrid } from "./RowGrid";
import { useCursor } from "./useCursor";

export function RowList(props: LookProps) {
  const { object, look, onPeek } = props;
  const narrow = useNarrow();
  const grouped = look.group.length > 0 && !look.q;
  const [sight] = useState(() => new Sight());
  const pages = useRecordPages(object.key, askedOf(object, look), sight);
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const total = useTotal(object.key, look);
  const selection = useSelection(rows, JSON.stringify([look.filter, look.q]));
  const { columns } = look;
  const enabled = !narrow && !grouped;
  const cursor = useCursor({ rows, columns, selection, onPeek, enabled });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const next = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const more = hasNextPage && !isFetchingNextPage ? next : undefined;
  const { data, refetch } = pages;
  const onSight = useCallback(
    (first: number, last: number) => {
      if (data && sight.see(data.pages, first, last)) void refetch({ cancelRefetch: false });
    },
    [data, sight, refetch],
  );
  const shared = { ...props, rows, loading: pages.isPending, selection, more, onSight };

  const failure = failureOf(pages);
  if (failure) return <Failure error={failure} onRetry={() => void pages.refetch()} />;
  const empty = !pages.isPending && rows.length === 0;
  return (
    <>
      {narrow && <PhoneTools {...props} selection={selection} blank={empty} />}
      {empty ? (
        <NoRecords {...props} />
      ) : grouped ? (
        <GroupedRows {...props} selection={selection} narrow={narrow} />
      ) : narrow ? (
        <CardList {...shared} />
      ) : (
        <RowGrid {...shared} cursor={cursor} />
      )}
      <SelectionBar object={object} look={look} rows={rows} total={total} selection={selection} />
    </>
  );
}
