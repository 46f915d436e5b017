/** The member: profile, how things look, sign out. */
import type { MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useSession } from "@/api/session";
import { useLanguage } from "@/i18n/useLabel";
import { Avatar } from "@/ui/Avatar";
import { Menu } from "@/ui/Menu";
import { useNarrow } from "@/ui/useMedia";

import { DENSITIES, LANGUAGES, THEMES, useSelf } from "./self";
import css from "./Shell.module.css";

export function MemberMenu() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const narrow = useNarrow();
  const menu = useMenu();
  const name = session?.member.name ?? "";
  return (
    <Menu menu={menu} placement="bottomRight">
      <button type="button" className={css.member} aria-label={t("shell.memberMenu", { name })}>
        <Avatar name={name} size={24} />
        {!narrow && <span className="ell">{name}</span>}
      </button>
    </Menu>
  );
}

function useMenu(): MenuProps {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const navigate = useNavigate();
  const { preferences, lookLike, speakIn, leave } = useSelf();
  const language = useLanguage();
  const choice = (name: string, values: readonly string[], choose: (value: never) => void) => ({
    key: name,
    label: t(`shell.${name}`),
    children: values.map((value) => ({
      key: `${name}:${value}`,
      label: t(`shell.${name}s.${value}`),
      onClick: () => choose(value as never),
    })),
  });
  const { theme, density } = preferences;
  const has = (right: string) => session?.rights.includes(right);
  const go = (key: string, label: string, path: string) => ({
    key,
    label,
    onClick: () => void navigate(path),
  });
  const importing = has("data.import")
    ? [
        go("imports", t("shell.imports"), "/imports"),
        ...(has("members.manage")
          ? [go("members", t("shell.importMembers"), "/import/member")]
          : []),
      ]
    : [];
  const rooms = [
    ...(has("members.manage") ? [go("people", t("shell.members"), "/members")] : []),
    ...(has("bundles.install") ? [go("apps", t("shell.apps"), "/apps")] : []),
  ];
  return {
    selectable: true,
    selectedKeys: [`theme:${theme}`, `density:${density}`, `language:${language}`],
    items: [
      { key: "profile", label: t("shell.profile"), onClick: () => void navigate("/me") },
      ...importing,
      ...rooms,
      { type: "divider" },
      choice("language", LANGUAGES, (value) => speakIn(value)),
      choice("theme", THEMES, (value) => lookLike({ theme: value })),
      choice("density", DENSITIES, (value) => lookLike({ density: value })),
      { type: "divider" },
      { key: "signOut", label: t("shell.signOut"), onClick: () => void leave() },
    ],
  };
}
