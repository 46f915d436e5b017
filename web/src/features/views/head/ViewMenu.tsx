/** Which saved view: one's own, the team's, those of all, and every record. */
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

type Part = "own" | "team" | "all";

function partOf(view: View): Part {
  return view.own ? "own" : view.teams?.length ? "team" : "all";
}

interface Props {
  object: ObjectMeta;
  views: View[];
  look: Look;
  change: (change: LookChange) => void;
}

export function ViewMenu({ object, views, look, change }: Props) {
  const { t } = useTranslation();
  const label = usePlural();
  const every = t("list.every", { name: within(label(object.label)) });

  function entry(view: View) {
    const Icon = TYPE_ICONS[view.type];
    const { maker } = view;
    const title = maker ? t("list.sharedBy", { name: maker.name ?? "–" }) : undefined;
    return {
      key: view.key,
      label: view.title,
      title,
      extra: maker?.name,
      icon: <Icon size={14} />,
    };
  }

  const parts = { own: [], team: [], all: [] } as Record<Part, View[]>;
  for (const view of views) parts[partOf(view)].push(view);
  // A shared view may say the same by the same name.
  const said = look.view && parts.all.some(({ title, filter }) => title === every && !filter);
  const everything = { key: EVERY, label: every, icon: <List size={14} /> };
  const all = [...parts.all.map(entry), ...(said ? [] : [everything])];
  const headed = (key: Part, children: typeof all) =>
    children.length
      ? [{ key, type: "group" as const, label: t(`list.parts.${key}`), children }]
      : [];
  const named = [...headed("own", parts.own.map(entry)), ...headed("team", parts.team.map(entry))];
  const items = named.length ? [...named, ...headed("all", all)] : all;
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
