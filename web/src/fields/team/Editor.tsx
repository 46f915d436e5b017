/** A team, from the tree of teams. */
import { useQuery } from "@tanstack/react-query";
import { TreeSelect } from "antd";
import { useTranslation } from "react-i18next";

import { readTeams } from "@/api/picking";
import type { Reference } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import type { EditorProps } from "../protocol";
import { listed } from "../references";

export default function TeamEditor(props: EditorProps<Reference | Reference[]>) {
  const { field, value, onChange, onDone, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  const { data: teams = [] } = useQuery({ queryKey: ["teams"], queryFn: readTeams });
  const names = new Map(teams.map((team) => [team.id, team.name]));
  const chosen = value == null ? [] : listed(value).map((each) => each.id);

  function take(given: string | string[] | undefined) {
    const ids = Array.isArray(given) ? given : given ? [given] : [];
    const made = ids.map((each) => ({ id: each, title: names.get(each) ?? null }));
    onChange(field.many ? (made.length ? made : null) : (made[0] ?? null));
    if (!field.many) onDone?.();
  }

  return (
    <TreeSelect<string | string[]>
      id={id}
      aria-label={id ? undefined : name}
      className={css.wide}
      autoFocus={autoFocus}
      allowClear={!field.required}
      multiple={field.many}
      value={teams.length ? (field.many ? chosen : chosen[0]) : undefined}
      status={error ? "error" : undefined}
      placeholder={useHint(field, t("fields.chooseTeam"))}
      treeDefaultExpandAll
      treeDataSimpleMode={{ id: "id", pId: "parent" }}
      treeNodeFilterProp="title"
      showSearch
      treeData={teams.map((team) => ({
        id: team.id,
        parent: names.has(team.parent ?? "") ? team.parent : 0,
        value: team.id,
        title: team.name,
      }))}
      onChange={take}
    />
  );
}
