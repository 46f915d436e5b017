/** What can be done with a column, as a menu. */
import type { MenuProps } from "antd";
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  EyeOff,
  Layers,
  Pin,
  PinOff,
  Sigma,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Figure } from "@/api/views";

import { isNumber, isSortable } from "../state/paths";
import type { HeadProps } from "./HeadCell";

const FIGURES: Figure[] = ["sum", "avg", "min", "max"];
const SIZE = 14;

export function useHeadMenu(props: HeadProps): NonNullable<MenuProps["items"]> {
  const { column, before, after, look, set, move, change } = props;
  const { t } = useTranslation();
  const { field, pinned, figure } = column;
  const { key } = field;
  const items: MenuProps["items"] = [];
  if (isSortable(field)) {
    items.push(
      entry("up", t("list.up"), ArrowUp, () => change({ sort: [key] })),
      entry("down", t("list.down"), ArrowDown, () => change({ sort: [`-${key}`] })),
      entry("group", t("list.groupBy"), Layers, () =>
        change({ group: [...look.group.filter((each) => each.field !== key), { field: key }] }),
      ),
      { type: "divider" },
    );
  }
  if (isNumber(field)) {
    const children = [...FIGURES, null].map((each) => ({
      key: each ?? "none",
      label: t(`list.figures.${each ?? "none"}`),
      disabled: (figure ?? null) === each,
      onClick: () => set(key, { figure: each ?? undefined }),
    }));
    items.push({ key: "figure", label: t("list.figure"), icon: <Sigma size={SIZE} />, children });
  }
  items.push(
    entry("pin", t(pinned ? "list.unpin" : "list.pin"), pinned ? PinOff : Pin, () =>
      set(key, { pinned: !pinned }),
    ),
  );
  if (before) items.push(entry("left", t("list.left"), ArrowLeft, () => move(key, before)));
  if (after) items.push(entry("right", t("list.right"), ArrowRight, () => move(key, after)));
  if (look.columns.length > 1) {
    items.push(entry("hide", t("list.hide"), EyeOff, () => set(key, { hidden: true })));
  }
  return items;
}

function entry(key: string, label: string, Icon: typeof Pin, onClick: () => void) {
  return { key, label, icon: <Icon size={SIZE} />, onClick };
}
