/** The workspace's name; a menu of the others when there are any. */
import { useQueryClient } from "@tanstack/react-query";
import { Check, ChevronsUpDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { switchWorkspace, useSession } from "@/api/session";
import { useFailureText } from "@/ui/Failure";
import { Menu } from "@/ui/Menu";
import { told } from "@/ui/told";

import css from "./Shell.module.css";

export function WorkspaceMenu() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const go = useSwitch();
  if (!session) return null;
  const others = session.workspaces.length > 1;
  const items = session.workspaces.map(({ id, name }) => ({
    key: String(id),
    label: name,
    icon: <Check size={14} style={{ opacity: id === session.workspace.id ? 1 : 0 }} />,
    onClick: () => id !== session.workspace.id && void go(id),
  }));
  const head = (
    <button type="button" className={css.place} disabled={!others} aria-label={label()}>
      <img src="/icon.svg" alt="" className={css.mark} />
      <span className="ell">{session.workspace.name}</span>
      {others && <ChevronsUpDown size={14} aria-hidden />}
    </button>
  );
  return others ? <Menu menu={{ items }}>{head}</Menu> : head;

  function label() {
    return others ? t("shell.switchFrom", { name: session?.workspace.name }) : undefined;
  }
}

function useSwitch() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const failureText = useFailureText();
  return async (id: number) => {
    try {
      await switchWorkspace(client, id);
      await navigate("/");
    } catch (error) {
      void told.message.error(failureText(error));
    }
  };
}
