/** Rows under their groups, each with its count and sums; a group asks for its rows when opened. */
import { useMemo } from "react";

import type { Row } from "@/api/types";
import { useStable } from "@/ui/useStable";

import gridCss from "../list/Grid.module.css";
import { FigureRow } from "../list/FigureRow";
import { HeadRow } from "../list/HeadRow";
import { layoutOf } from "../list/layout";
import type { LookProps } from "../list/ListPage";
import { tickedOf, type Selection } from "../select/useSelection";
import { GroupLevel } from "./GroupLevel";

const NONE: Row[] = [];

export interface GroupedProps extends LookProps {
  selection: Selection;
  narrow: boolean;
}

export function GroupedRows(props: GroupedProps) {
  const { object, look, selection, narrow, change } = props;
  // What lies in closed groups is not loaded: all means everything that is found.
  const { setEverything, clear } = selection;
  // The same one while the columns are: rows are not drawn anew.
  const layout = useMemo(() => layoutOf(look.columns), [look.columns]);
  const onAll = useStable((on: boolean) => (on ? setEverything() : clear()));
  const style = narrow ? undefined : { "--columns": layout.template, minWidth: layout.total };
  return (
    <div className={gridCss.scroller}>
      <div role={narrow ? undefined : "grid"} className={gridCss.grid} style={style as object}>
        {!narrow && (
          <HeadRow
            object={object}
            look={look}
            layout={layout}
            ticked={tickedOf(selection, NONE)}
            onAll={onAll}
            change={change}
          />
        )}
        <GroupLevel {...props} layout={layout} depth={0} within={look.filter} />
        {!narrow && <FigureRow object={object} look={look} layout={layout} />}
      </div>
    </div>
  );
}
