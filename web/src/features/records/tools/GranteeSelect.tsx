/** A colleague or a team, found by a part of the name. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { findMembers } from "@/api/people";
import { readTeams } from "@/api/picking";
import { PersonName } from "@/ui/Avatar";

import css from "./Tools.module.css";

export interface Grantee {
  kind: "member" | "team";
  id: string;
}

interface Props {
  value: Grantee | undefined;
  onChange: (grantee: Grantee) => void;
}

const MOST_TEAMS = 8;

export function GranteeSelect({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const { data: members = [] } = useQuery({
    queryKey: ["members", q],
    queryFn: () => findMembers(q),
    placeholderData: (before) => before,
  });
  const { data: teams = [] } = useQuery({ queryKey: ["teams"], queryFn: readTeams });
  const found = teams.filter(({ name }) => name.includes(q.trim())).slice(0, MOST_TEAMS);
  const groups = [
    {
      label: t("tools.members"),
      options: members.map(({ id, name }) => ({
        value: `member:${id}`,
        label: <PersonName name={name} />,
      })),
    },
    {
      label: t("tools.teams"),
      options: found.map(({ id, name }) => ({
        value: `team:${id}`,
        label: (
          <span className={css.team}>
            <Users size={15} aria-hidden />
            {name}
          </span>
        ),
      })),
    },
  ];
  return (
    <Select
      aria-label={t("tools.shareWith")}
      placeholder={t("tools.shareWith")}
      autoFocus
      className={css.grantee}
      value={value && `${value.kind}:${value.id}`}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={groups.filter(({ options }) => options.length > 0)}
      onChange={(chosen: string) => {
        const [kind, id] = chosen.split(":") as [Grantee["kind"], string];
        onChange({ kind, id });
      }}
    />
  );
}
