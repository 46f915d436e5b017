/** A new member, or a way in for one who is there; then what to tell them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  addMember,
  giveLogin,
  memberKeys,
  readTeams,
  setPassword,
  type Member,
} from "@/api/members";
import { useRoles } from "@/api/roles";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import { Handover } from "./Handover";
import css from "./Members.module.css";
import { newPassword } from "./password";

interface Props {
  /** Undefined: a new one. */
  member?: Member;
  onClose: () => void;
}

interface Draft {
  name: string;
  login: string;
  password: string;
  roles: string[];
  team?: string;
}

export function MemberDialog({ member, onClose }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [draft, setDraft] = useState<Draft>(() => ({
    name: member?.name ?? "",
    login: member?.login ?? "",
    password: newPassword(),
    roles: [],
  }));
  const change = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const { mutate, isPending, isSuccess, error } = useSaving(member, draft, onClose);
  const verb = !member ? "add" : member.login ? "resetPassword" : "giveLogin";
  const login = draft.login.trim();
  // A new one may do without; whoever is here is given one.
  const whole = member ? login : draft.name.trim();
  if (isSuccess && login)
    return <Handover login={login} password={draft.password} onClose={onClose} />;
  return (
    <Modal
      open
      title={t(`members.${verb}`)}
      onCancel={onClose}
      okText={t(member ? "ui.save" : "members.add")}
      okButtonProps={{ disabled: !whole, loading: isPending }}
      onOk={() => mutate()}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (whole) mutate();
        }}
      >
        {!member && (
          <label>
            {t("members.name")}
            <Input value={draft.name} onChange={(event) => change({ name: event.target.value })} />
          </label>
        )}
        <label>
          {t("members.login")}
          <Input
            value={draft.login}
            disabled={member?.login != null}
            onChange={(event) => change({ login: event.target.value })}
            autoComplete="off"
          />
          {!member && <small>{t("members.loginHint")}</small>}
        </label>
        <label>
          {t("members.password")}
          <Input
            value={draft.password}
            onChange={(event) => change({ password: event.target.value })}
            autoComplete="off"
          />
        </label>
        {!member && <Place draft={draft} onChange={change} />}
        <button type="submit" hidden />
      </form>
      {error != null && (
        <p role="alert" className={css.wrong}>
          {failureText(error)}
        </p>
      )}
    </Modal>
  );
}

interface PlaceProps {
  draft: Draft;
  onChange: (changed: Partial<Draft>) => void;
}

/** As what, and where. */
function Place({ draft, onChange }: PlaceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const [typed, setTyped] = useState("");
  const { data: roles } = useRoles();
  const { data: teams } = useQuery({ queryKey: memberKeys.teams, queryFn: readTeams });
  return (
    <>
      <label>
        {t("members.roles")}
        <Select
          mode="multiple"
          aria-label={t("members.roles")}
          value={draft.roles}
          onChange={(chosen) => onChange({ roles: chosen })}
          options={roles?.map((role) => ({ value: role.key, label: label(role.label) }))}
          showSearch={{ optionFilterProp: "label", onSearch: setTyped }}
          // Going on by Tab gives nobody the role that happens to be listed first.
          defaultActiveFirstOption={typed !== ""}
        />
        <small>{t("members.rolesHint")}</small>
      </label>
      <label>
        {t("members.team")}
        <Select
          allowClear
          showSearch
          aria-label={t("members.team")}
          value={draft.team}
          onChange={(chosen: string | undefined) => onChange({ team: chosen })}
          options={teams?.map(({ id, name }) => ({ value: id, label: name }))}
          optionFilterProp="label"
        />
      </label>
    </>
  );
}

/** Who has no login is told nothing: the dialog closes. */
function useSaving(member: Member | undefined, draft: Draft, onClose: () => void) {
  const client = useQueryClient();
  const login = draft.login.trim();
  return useMutation({
    mutationFn: () => {
      if (member?.login) return setPassword(member.id, draft.password);
      if (member) return giveLogin(member.id, login, draft.password);
      return addMember({
        name: draft.name.trim(),
        ...(login && { login, password: draft.password }),
        roles: draft.roles,
        main_team: draft.team,
      });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: memberKeys.all });
      if (!login) onClose();
    },
  });
}
