/** Rows under their groups, each with its count and sums; a group asks for its rows when opened. */
import { useRef } from "react";

import { usePreferences } from "@/ui/preferences";

import gridCss from "../list/Grid.module.css";
import { FigureRow } from "../list/FigureRow";
import { HeadRow } from "../list/HeadRow";
import { layoutOf } from "../list/layout";
import type { LookProps } from "../list/ListPage";
import type { Selection } from "../select/useSelection";
import { GroupLevel } from "./GroupLevel";

export interface GroupedProps extends LookProps {
  selection: Selection;
  narrow: boolean;
}

export function GroupedRows(props: GroupedProps) {
  const { object, look, selection, narrow, change } = props;
  // What lies in closed groups is not loaded: all means everything that is found.
  const { setEverything, clear } = selection;
  const scroller = useRef<HTMLDivElement>(null);
  usePreferences();
  const layout = layoutOf(look.columns);
  const style = narrow ? undefined : { "--columns": layout.template, minWidth: layout.total };
  return (
    <div ref={scroller} className={gridCss.scroller}>
      <div role={narrow ? undefined : "grid"} className={gridCss.grid} style={style as object}>
        {!narrow && (
          <HeadRow
            object={object}
            look={look}
            layout={layout}
            rows={[]}
            selection={{ ...selection, setShown: (on) => (on ? setEverything() : clear()) }}
            change={change}
          />
        )}
        <GroupLevel {...props} layout={layout} depth={0} within={look.filter} />
        {!narrow && <FigureRow object={object} look={look} layout={layout} />}
      </div>
    </div>
  );
}
