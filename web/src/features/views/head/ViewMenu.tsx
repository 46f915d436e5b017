/** Which saved view: shared ones, then one's own, and every record. */
import {
  CalendarDays,
  ChevronDown,
  Images,
  List,
  ListTree,
  MapPinned,
  SquareKanban,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { View, ViewType } from "@/api/views";
import { usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";
import { Menu } from "@/ui/Menu";

import { EVERY, type Look, type LookChange } from "../state/look";
import css from "./Head.module.css";

export const TYPE_ICONS: Record<ViewType, LucideIcon> = {
  list: List,
  board: SquareKanban,
  calendar: CalendarDays,
  gallery: Images,
  tree: ListTree,
  region: MapPinned,
};

interface Props {
  object: ObjectMeta;
  views: View[];
  look: Look;
  change: (change: LookChange) => void;
}

export function ViewMenu({ object, views, look, change }: Props) {
  const { t } = useTranslation();
  const label = usePlural();
  const shared = views.filter((view) => !view.own);
  const own = views.filter((view) => view.own);
  const every = t("list.every", { name: within(label(object.label)) });

  function entry(view: View) {
    const Icon = TYPE_ICONS[view.type];
    return { key: view.key, label: view.title, icon: <Icon size={14} /> };
  }

  const items = [
    ...shared.map(entry),
    { key: EVERY, label: every, icon: <List size={14} /> },
    ...(own.length
      ? [{ key: "own", type: "group" as const, label: t("list.own"), children: own.map(entry) }]
      : []),
  ];
  return (
    <Menu
      menu={{
        items,
        selectedKeys: [look.view?.key ?? EVERY],
        onClick: ({ key }) => change({ view: key === EVERY ? null : key }),
      }}
    >
      <button type="button" className={css.title}>
        <h1 className="ell">{look.view?.title ?? label(object.label)}</h1>
        <ChevronDown size={15} aria-hidden />
        <span className="sr">{t("list.views")}</span>
      </button>
    </Menu>
  );
}
