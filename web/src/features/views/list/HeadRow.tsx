/** The heads: tick all, sort, resize, move, pin, hide; not drawn anew while rows scroll. */
import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { ViewColumn } from "@/api/views";

import type { Look, LookChange } from "../state/look";
import css from "./Grid.module.css";
import { HeadCell } from "./HeadCell";
import type { Layout } from "./layout";

interface Props {
  object: ObjectMeta;
  look: Look;
  layout: Layout;
  /** How many of those shown are ticked. */
  ticked: "all" | "some" | "none";
  onAll: (on: boolean) => void;
  change: (change: LookChange) => void;
}

export const HeadRow = memo(function HeadRow({
  object,
  look,
  layout,
  ticked,
  onAll,
  change,
}: Props) {
  const { t } = useTranslation();
  function set(key: string, changed: Partial<ViewColumn>) {
    const settings = look.settings.map((each) =>
      each.field === key ? { ...each, ...changed } : each,
    );
    change({ columns: settings });
  }

  /** Put a column where another stands. */
  function move(key: string, target: string) {
    const order = look.settings.map((each) => each.field);
    const to = order.indexOf(target);
    const moved = look.settings.find((each) => each.field === key);
    if (!moved || to < 0 || key === target) return;
    const rest = look.settings.filter((each) => each !== moved);
    const pinned = look.settings[to]!.pinned;
    change({ columns: [...rest.slice(0, to), { ...moved, pinned }, ...rest.slice(to)] });
  }

  return (
    <div role="row" className={`${css.row} ${css.heads}`}>
      <div role="columnheader" className={css.tick}>
        <input
          type="checkbox"
          checked={ticked === "all"}
          ref={(box) => {
            if (box) box.indeterminate = ticked === "some";
          }}
          aria-label={t("list.selectShown")}
          onChange={() => onAll(ticked !== "all")}
        />
      </div>
      {look.columns.map((column, place) => (
        <HeadCell
          key={column.field.key}
          object={object}
          look={look}
          column={column}
          style={layout.cells[place]}
          before={look.columns[place - 1]?.field.key}
          after={look.columns[place + 1]?.field.key}
          set={set}
          move={move}
          change={change}
        />
      ))}
      <div role="columnheader" aria-hidden />
    </div>
  );
});
