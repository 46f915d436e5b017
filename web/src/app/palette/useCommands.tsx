/** What the palette knows without asking the server: pages, lists, views, and things to do. */
import {
  CircleHelp,
  House,
  Languages,
  LayoutGrid,
  LogOut,
  Moon,
  Plus,
  Upload,
  Sun,
  UserCog,
  Users,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { menuOf, useMeta, type MenuObject } from "@/api/catalogue";
import { useSession } from "@/api/session";
import { useTargets } from "@/features/transfer/target";
import { useLabel, useLanguage, usePlural } from "@/i18n/useLabel";
import { labelText, type Label } from "@/lib/label";
import { ObjectIcon, ViewIcon } from "@/ui/icons";
import { useScheme } from "@/ui/preferences";

import { PAGES } from "../pages";
import { viewPath } from "../shell/pins";
import { useSelf } from "../shell/self";

export interface Command {
  id: string;
  group: "places" | "views" | "actions";
  label: string;
  /** Of what it is one. */
  of?: string;
  icon: ReactNode;
  /** What is searched, lower case: every language and the key. */
  words: string;
  run: () => void;
}

const NEW = "/o/:object/new";
const PAGE_ICONS: Record<string, LucideIcon> = {
  home: House,
  profile: UserCog,
  apps: LayoutGrid,
  members: Users,
};

function icon(Icon: LucideIcon): ReactNode {
  return <Icon size={16} strokeWidth={1.75} aria-hidden />;
}

function wordsOf(label: Label, ...more: string[]): string {
  const both = [labelText(label, "zh-CN"), labelText(label, "en"), ...more];
  return both.join(" ").toLowerCase();
}

export function useCommands(onHelp: () => void): Command[] {
  const navigate = useNavigate();
  const { data: meta } = useMeta();
  const actions = useActions(onHelp);
  const creates = useCreating();
  const imports = useImporting();
  const pages = usePages();
  const label = useLabel();
  const plural = usePlural();
  const go = (path: string) => () => void navigate(path);
  const entries = menuOf(meta).flatMap((app) => app.objects);
  const lists = entries.map(({ object }): Command => ({
    id: `list:${object.key}`,
    group: "places",
    label: plural(object.label),
    icon: <ObjectIcon name={object.icon} />,
    words: wordsOf(object.label, object.key),
    run: go(`/o/${object.key}`),
  }));
  const views = entries.flatMap((entry) => viewsOf(entry));
  return [...pages, ...lists, ...views, ...creates(entries), ...imports, ...actions];

  function viewsOf({ object, views: own }: MenuObject): Command[] {
    return own.map((view) => ({
      id: `view:${view.key}`,
      group: "views",
      label: label(view.label),
      of: label(object.label),
      icon: <ViewIcon type={view.type} />,
      words: wordsOf(view.label, label(object.label)),
      run: go(viewPath(view)),
    }));
  }
}

function usePages(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: session } = useSession();
  const mine = PAGES.filter(({ right }) => !right || session?.rights.includes(right));
  return mine
    .filter((page) => page.title)
    .map((page) => {
      const name = t(page.title!);
      return {
        id: `page:${page.key}`,
        group: "places",
        label: name,
        icon: icon(PAGE_ICONS[page.key] ?? House),
        words: wordsOf(name, page.key),
        run: () => void navigate(page.path),
      };
    });
}

function useCreating(): (entries: MenuObject[]) => Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const label = useLabel();
  return (entries) =>
    entries
      .filter(({ object }) => object.verbs.includes("create"))
      .map(({ object }) => ({
        id: `new:${object.key}`,
        group: "actions",
        label: t("palette.create", { name: label(object.label) }),
        icon: icon(Plus),
        words: wordsOf(object.label, object.key, t("palette.create", { name: "" })),
        run: () => void navigate(NEW.replace(":object", object.key)),
      }));
}

function useImporting(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mine = t("transfer.mine");
  const targets = useTargets();
  const go = (id: string, label: string, words: string, path: string): Command => ({
    id,
    group: "actions",
    label,
    icon: icon(Upload),
    words: `${label} ${words}`.toLowerCase(),
    run: () => void navigate(path),
  });
  if (targets.length === 0) return [];
  const each = targets.map(({ key, name }) =>
    go(`import:${key}`, t("transfer.into", { name }), `import ${key}`, `/import/${key}`),
  );
  return [go("page:imports", mine, "imports", "/imports"), ...each];
}

function useActions(onHelp: () => void): Command[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const dark = useScheme() === "dark";
  const { lookLike, speakIn, leave } = useSelf();
  const other = language === "en" ? "zh-CN" : "en";
  const made: [string, LucideIcon, string, () => void][] = [
    ["theme", dark ? Sun : Moon, t(dark ? "palette.light" : "palette.dark"), swap],
    ["language", Languages, t(`shell.languages.${other}`), () => speakIn(other)],
    ["help", CircleHelp, t("shortcuts.title"), onHelp],
    ["signOut", LogOut, t("shell.signOut"), () => void leave()],
  ];
  const extra: Record<string, string> = { theme: t("shell.theme"), language: t("shell.language") };
  return made.map(([id, Icon, name, run]) => ({
    id: `do:${id}`,
    group: "actions",
    label: name,
    of: extra[id],
    icon: icon(Icon),
    words: wordsOf(name, id, extra[id] ?? ""),
    run,
  }));

  function swap() {
    lookLike({ theme: dark ? "light" : "dark" });
  }
}
