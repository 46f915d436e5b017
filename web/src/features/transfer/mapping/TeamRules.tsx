/** Of members: which columns say where they work and who leads them, and the roles they get. */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument, Mapping } from "@/api/imports";
import { useRoles } from "@/api/roles";
import { useLabel } from "@/i18n/useLabel";

import css from "./Map.module.css";
import type { Draft } from "./useDraft";

interface Teams {
  /** From the top down; `{column}` stands for its cell. */
  path: string[];
  leader?: string | null;
}

const COLUMN = /^\{(.*)\}$/;
const named = (template: string) => COLUMN.exec(template)?.[1] ?? template;
const template = (column: string) => `{${column}}`;

function teamsOf(mapping: Mapping): Teams | undefined {
  return mapping.teams as Teams | undefined;
}

/** The columns that teams are read from. */
export function teamColumns(mapping: Mapping): string[] {
  const { path = [], leader } = teamsOf(mapping) ?? {};
  return [...path, ...(leader ? [leader] : [])].map(named);
}

export function TeamRules({ made, draft }: { made: ImportDocument; draft: Draft }) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: roles } = useRoles();
  const { mapping, change } = draft;
  const teams = teamsOf(mapping);
  const columns = made.columns.map(({ column }) => ({ value: column, label: column }));
  const offered = (roles ?? []).map(({ key, label: name }) => ({ value: key, label: label(name) }));
  const given = { path: (teams?.path ?? []).map(named), leader: teams?.leader ?? null };

  function put(path: string[], leader: string | null) {
    const next = { path: path.map(template), ...(leader && { leader }) };
    change({ teams: path.length ? next : undefined });
  }

  return (
    <section className={css.rules} aria-label={t("transfer.teams")}>
      <h2>{t("transfer.teams")}</h2>
      <label className={css.match}>
        <span>{t("transfer.teamPath")}</span>
        <Select
          mode="multiple"
          size="small"
          aria-label={t("transfer.teamPath")}
          placeholder={t("transfer.teamNone")}
          popupMatchSelectWidth={false}
          value={given.path}
          options={columns}
          onChange={(path: string[]) => put(path, given.leader)}
        />
      </label>
      <label className={css.match}>
        <span>{t("transfer.teamLeader")}</span>
        <Select
          size="small"
          allowClear
          disabled={given.path.length === 0}
          aria-label={t("transfer.teamLeader")}
          placeholder={t("transfer.teamNobody")}
          popupMatchSelectWidth={false}
          value={given.leader && named(given.leader)}
          options={columns}
          onChange={(column?: string) => put(given.path, column ? template(column) : null)}
        />
      </label>
      {(["roles", "leader_roles"] as const).map((key) => (
        <label key={key} className={css.match}>
          <span>{t(`transfer.given.${key}`)}</span>
          <RolesSelect
            label={t(`transfer.given.${key}`)}
            value={(mapping[key] as string[] | undefined) ?? []}
            options={offered}
            onChange={(chosen) => change({ [key]: chosen })}
          />
        </label>
      ))}
    </section>
  );
}

interface RolesProps {
  label: string;
  value: string[];
  options: { value: string; label: string }[];
  onChange: (roles: string[]) => void;
}

/** Going on by Tab gives nobody the role that happens to be listed first. */
function RolesSelect({ label, value, options, onChange }: RolesProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  return (
    <Select
      mode="multiple"
      size="small"
      aria-label={label}
      placeholder={t("transfer.noRoles")}
      showSearch={{ optionFilterProp: "label", onSearch: setTyped }}
      defaultActiveFirstOption={typed !== ""}
      popupMatchSelectWidth={false}
      value={value}
      options={options}
      onChange={onChange}
    />
  );
}
