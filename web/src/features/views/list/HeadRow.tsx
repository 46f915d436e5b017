/** The heads: tick all, sort, resize, move, pin, hide. */
import { useTranslation } from "react-i18next";

import type { ObjectMeta, Row } from "@/api/types";
import type { ViewColumn } from "@/api/views";

import type { Selection } from "../select/useSelection";
import type { Look, LookChange } from "../state/look";
import css from "./Grid.module.css";
import { HeadCell } from "./HeadCell";
import type { Layout } from "./layout";

interface Props {
  object: ObjectMeta;
  look: Look;
  layout: Layout;
  rows: Row[];
  selection: Selection;
  change: (change: LookChange) => void;
}

export function HeadRow({ object, look, layout, rows, selection, change }: Props) {
  const { t } = useTranslation();
  const count = selection.everything ? rows.length : selection.ids.size;
  const all =
    rows.length > 0 && (selection.everything || rows.every(({ id }) => selection.has(id)));

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
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = count > 0 && !all;
          }}
          aria-label={t("list.selectShown")}
          onChange={() => selection.setShown(!all)}
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
}
