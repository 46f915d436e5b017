/** Whom a view is for: oneself, teams, roles, everybody; and who sees it first. */
import { useQuery } from "@tanstack/react-query";
import { Radio, Select, TreeSelect } from "antd";
import { useTranslation } from "react-i18next";

import { readTeams } from "@/api/picking";
import { useRoles } from "@/api/roles";
import { useSession } from "@/api/session";
import { useLabel } from "@/i18n/useLabel";

import { below, offeredTo, type Readers, type Whose } from "./readers";

interface Props {
  value: Readers;
  onChange: (value: Readers) => void;
}

export function ReadersInput({ value, onChange }: Props) {
  const { t } = useTranslation();
  const offered = offeredTo(useSession().data);
  const { whose } = value;
  if (offered.length < 2) return null;
  return (
    <>
      <Radio.Group
        vertical
        value={whose}
        options={offered.map((each) => ({ value: each, label: t(`list.whose.${each}`) }))}
        onChange={(event) => onChange({ ...value, whose: event.target.value as Whose })}
      />
      {whose === "teams" && (
        <Teams value={value.teams} onChange={(teams) => onChange({ ...value, teams })} />
      )}
      {(whose === "roles" || whose === "teams") && (
        <Roles
          label={t(whose === "roles" ? "list.whose.roles" : "list.onlyRoles")}
          value={value.roles}
          onChange={(roles) => onChange({ ...value, roles })}
        />
      )}
      {whose !== "own" && (
        <Roles
          label={t("list.firstFor")}
          value={value.firstFor}
          onChange={(firstFor) => onChange({ ...value, firstFor })}
        />
      )}
    </>
  );
}

interface InputProps {
  value: string[];
  onChange: (value: string[]) => void;
}

/** Those below a team see what it is given, so a team alone says enough. */
function Teams({ value, onChange }: InputProps) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { data: teams = [] } = useQuery({ queryKey: ["teams"], queryFn: readTeams });
  const all = session?.rights.includes("views.change");
  const shown = all ? teams : below(teams, session?.member.teams ?? []);
  const known = new Set(shown.map(({ id }) => id));
  return (
    <TreeSelect<string[]>
      multiple
      allowClear
      aria-label={t("list.teams")}
      placeholder={t("list.teams")}
      value={value.filter((id) => known.has(id))}
      treeDefaultExpandAll
      treeDataSimpleMode={{ id: "id", pId: "parent" }}
      treeNodeFilterProp="title"
      showSearch
      treeData={shown.map(({ id, name, parent }) => ({
        id,
        parent: parent && known.has(parent) ? parent : 0,
        value: id,
        title: name,
      }))}
      onChange={onChange}
    />
  );
}

function Roles({ label, value, onChange }: InputProps & { label: string }) {
  const { data } = useRoles();
  const speak = useLabel();
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={label}
      showSearch={{ optionFilterProp: "label" }}
      value={value}
      options={(data ?? []).map((role) => ({ value: role.key, label: speak(role.label) }))}
      onChange={onChange}
    />
  );
}
