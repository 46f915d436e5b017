/** Records in rows: a grid with the keyboard on wide screens, cards on narrow ones. */
import { useRows } from "@/api/useRows";
import { useNarrow } from "@/ui/useMedia";

import { GroupedRows } from "../group/GroupedRows";
import { SelectionBar } from "../select/SelectionBar";
import { useSelection } from "../select/useSelection";
import { ListFailure } from "../state/ListFailure";
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
  const total = useTotal(object.key, look);
  const list = useRows(object.key, askedOf(object, look), total);
  const { rows, see, isPending, failure } = list;
  const selection = useSelection(rows, JSON.stringify([look.filter, look.q]));
  const { columns } = look;
  const enabled = !narrow && !grouped;
  const shape = JSON.stringify([look.filter, look.sort, look.q]);
  const cursor = useCursor({ rows, columns, shape, selection, onPeek, enabled });
  const shared = { ...props, rows, loading: isPending, selection, onSight: see };

  if (failure)
    return <ListFailure error={failure} {...props} onRetry={() => void list.refetch()} />;
  const empty = !isPending && rows.length === 0;
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
      <SelectionBar {...{ object, look, selection, total }} rows={rows.loaded} />
    </>
  );
}
