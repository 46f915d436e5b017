/** Rows of which all, or any, have to hold; groups may stand in groups. */
import { Button, Select } from "antd";
import { FolderPlus, Plus, X } from "lucide-react";
import { startTransition } from "react";
import { useTranslation } from "react-i18next";

import { isGroup, type Condition, type ConditionGroup } from "@/api/conditions";
import type { Meta, ObjectMeta } from "@/api/types";
import { IconButton } from "@/ui/IconButton";

import { offered } from "../state/paths";
import { ConditionRow } from "./ConditionRow";
import css from "./Filter.module.css";
import { firstRow } from "./rows";

interface Props {
  meta: Meta;
  object: ObjectMeta;
  group: ConditionGroup;
  /** Where it stands in the whole: what the server names a wrong row by. */
  place: string;
  fault?: { at?: string; text: string };
  depth?: number;
  onChange: (group: ConditionGroup) => void;
}

const DEEPEST = 3;

export function GroupRows(props: Props) {
  const { object, group, place, fault, depth = 1, onChange } = props;
  const { t } = useTranslation();
  const { items, join } = group;

  function put(index: number, item: Condition | ConditionGroup | null) {
    const next = items.map((each, at) => (at === index ? item : each));
    onChange({ ...group, items: next.filter((each) => each != null) });
  }

  function add(item: Condition | ConditionGroup) {
    startTransition(() => onChange({ ...group, items: [...items, item] }));
  }

  function fresh(): Condition {
    const field = offered(object).find((each) => each.type === "select") ?? offered(object)[0]!;
    return firstRow(field);
  }

  return (
    <div className={depth > 1 ? css.inner : undefined} role="group">
      {group.not && (
        <button
          type="button"
          className={css.not}
          onClick={() => onChange({ ...group, not: false })}
        >
          {t("list.notAll")} <X size={12} aria-hidden />
        </button>
      )}
      {items.length === 0 && <p className={css.note}>{t("list.noRows")}</p>}
      {items.map((item, index) => {
        const at = `${place}.items.${index}`;
        return (
          <div key={index} className={css.row}>
            <span className={css.join}>
              <Join
                at={index}
                join={join}
                onJoin={(chosen) => onChange({ ...group, join: chosen })}
              />
            </span>
            {isGroup(item) ? (
              <GroupRows
                {...props}
                group={item}
                place={at}
                depth={depth + 1}
                onChange={(next) => put(index, next)}
              />
            ) : (
              <ConditionRow
                {...props}
                row={item}
                wrong={fault?.at?.startsWith(at) === true}
                onChange={(next) => put(index, next)}
              />
            )}
            <IconButton icon={X} label={t("list.removeRow")} onClick={() => put(index, null)} />
          </div>
        );
      })}
      <div className={css.adding}>
        <Button type="text" size="small" icon={<Plus size={14} />} onClick={() => add(fresh())}>
          {t("list.addRow")}
        </Button>
        {depth < DEEPEST && (
          <Button
            type="text"
            size="small"
            icon={<FolderPlus size={14} />}
            onClick={() => add({ join: join === "and" ? "or" : "and", items: [fresh()] })}
          >
            {t("list.addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

interface JoinProps {
  at: number;
  join: ConditionGroup["join"];
  onJoin: (join: ConditionGroup["join"]) => void;
}

/** Chosen once, before the second row; the others repeat it. */
function Join({ at, join, onJoin }: JoinProps) {
  const { t } = useTranslation();
  if (at === 0) return t("list.where");
  if (at > 1) return t(`list.${join}`);
  return (
    <Select
      size="small"
      variant="borderless"
      value={join}
      aria-label={t("list.join")}
      options={(["and", "or"] as const).map((value) => ({ value, label: t(`list.${value}`) }))}
      onChange={onJoin}
    />
  );
}
