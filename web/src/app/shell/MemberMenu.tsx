/** The member: profile, how things look, sign out. */
import { useQueryClient } from "@tanstack/react-query";
import { Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { changeProfile } from "@/api/account";
import { signOut, useSession } from "@/api/session";
import { changeLanguage } from "@/i18n";
import { useLanguage } from "@/i18n/useLabel";
import type { Language } from "@/lib/label";
import { Avatar } from "@/ui/Avatar";
import { setPreferences, usePreferences } from "@/ui/preferences";
import { useNarrow } from "@/ui/useMedia";

import css from "./Shell.module.css";

export function MemberMenu() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const narrow = useNarrow();
  const menu = useMenu();
  const name = session?.member.name ?? "";
  return (
    <Dropdown menu={menu} trigger={["click"]} placement="bottomRight">
      <button type="button" className={css.member} aria-label={t("shell.memberMenu", { name })}>
        <Avatar name={name} size={24} />
        {!narrow && <span className="ell">{name}</span>}
      </button>
    </Dropdown>
  );
}

function useMenu(): MenuProps {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { theme, density } = usePreferences();
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
  return {
    selectable: true,
    selectedKeys: [`theme:${theme}`, `density:${density}`, `language:${language}`],
    items: [
      { key: "profile", label: t("shell.profile"), onClick: () => void navigate("/me") },
      { type: "divider" },
      choice("language", ["zh-CN", "en"], (value) => void speakIn(value)),
      choice("theme", ["system", "light", "dark"], (value) => setPreferences({ theme: value })),
      choice("density", ["compact", "comfortable"], (value) => setPreferences({ density: value })),
      { type: "divider" },
      { key: "signOut", label: t("shell.signOut"), onClick: () => void leave() },
    ],
  };

  async function speakIn(value: Language) {
    await changeLanguage(value);
    // The server's own messages follow; without it this browser still speaks the language chosen.
    await changeProfile({ language: value }).catch(() => undefined);
  }

  async function leave() {
    // Whatever the server says, this browser forgets.
    await signOut(client).catch(() => client.clear());
    await navigate("/login");
  }
}
