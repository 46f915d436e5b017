/** One member: name, login, roles; what may be done about signing in. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { Ellipsis } from "lucide-react";
import { useTranslation } from "react-i18next";

import { disable, enable, memberKeys, type Member } from "@/api/members";
import { useRoles } from "@/api/roles";
import { useSession } from "@/api/session";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { Avatar } from "@/ui/Avatar";
import { useFailureText } from "@/ui/Failure";
import { Menu } from "@/ui/Menu";

import css from "./Members.module.css";

export function MemberRow({ member, onLogin }: { member: Member; onLogin: () => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const language = useLanguage();
  const { data: roles } = useRoles();
  const menu = useMenu(member, onLogin);
  const named = (roles ? member.roles : []).map((key) => {
    const role = roles?.find((each) => each.key === key);
    return role ? label(role.label) : key;
  });
  return (
    <li className={css.row} data-off={member.disabled || undefined}>
      <Avatar name={member.name} size={24} />
      <span className={`${css.name} ell`}>
        {member.name}
        {member.disabled && <small>{t("members.disabled")}</small>}
      </span>
      <span className={`${css.login} ell`}>{member.login ?? t("members.noLogin")}</span>
      <span className={`${css.roles} ell`}>{joined(named, language)}</span>
      <Menu menu={{ items: menu }} placement="bottomRight">
        <button
          type="button"
          className={css.more}
          aria-label={t("members.menu", { name: member.name })}
        >
          <Ellipsis size={16} aria-hidden />
        </button>
      </Menu>
    </li>
  );
}

function useMenu(member: Member, onLogin: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const { data: session } = useSession();
  const { mutate } = useMutation({
    mutationFn: () => (member.disabled ? enable(member.id) : disable(member.id)),
    onSuccess: () => client.invalidateQueries({ queryKey: memberKeys.all }),
    onError: (error) => void message.error(failureText(error)),
  });
  const login = t(member.login ? "members.resetPassword" : "members.giveLogin");
  const items = [{ key: "login", label: login, onClick: onLogin }];
  // Nobody shuts themselves out.
  if (session?.member.id === member.id) return items;
  const turn = t(member.disabled ? "members.enable" : "members.disable");
  return [...items, { key: "turn", label: turn, onClick: () => mutate() }];
}
