/** In which order cards stand, and by what they are grouped. */
import { Segmented } from "antd";
import { ArrowDown, ArrowUp, Check } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import type { Look } from "../state/look";
import { isSortable, reach, type Reach } from "../state/paths";
import css from "./Arrange.module.css";
import type { ChoiceProps as Props } from "./ColumnsButton";
import { FieldGroups } from "./FieldGroups";
import { GrainChoice } from "./GrainChoice";

type Wanted = "sort" | "groupBy";

export default function ArrangeChoices(props: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Wanted>("sort");
  const Pane = wanted === "sort" ? SortPane : GroupPane;
  return (
    <>
      <div className={css.wanted}>
        <Segmented<Wanted>
          block
          value={wanted}
          options={(["sort", "groupBy"] as const).map((value) => ({
            value,
            label: t(`list.${value}`),
          }))}
          onChange={setWanted}
        />
      </div>
      <Pane key={wanted} {...props} />
    </>
  );
}

function SortPane({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const groups = useSortable(object, look);
  const first = look.sort[0] ?? "";
  const down = first.startsWith("-");
  const by = first.replace(/^-/, "");
  const Arrow = down ? ArrowDown : ArrowUp;

  /** Up, down, as the view has it. */
  function sort(key: string) {
    if (first === key) change({ sort: [`-${key}`] });
    else change({ sort: first === `-${key}` ? (look.view?.sort ?? []) : [key] });
  }

  return (
    <FieldGroups
      groups={groups}
      used={new Set([by])}
      draw={({ key, label: name }) => (
        <Choice key={key} on={by === key} onChoose={() => sort(key)}>
          {label(name)}
          {by === key && (
            <span className={css.told}>
              {t(down ? "list.down" : "list.up")}
              <Arrow size={15} aria-hidden />
            </span>
          )}
        </Choice>
      )}
    />
  );
}

function GroupPane({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const by = new Set(look.group.map(({ field }) => field));
  const groups = useSortable(object, look).map((each) => ({
    ...each,
    fields: each.fields.filter(({ key }) => key !== object.title_field),
  }));
  return (
    <>
      <Choice on={by.size === 0} onChoose={() => change({ group: [] })}>
        {t("list.noGroups")}
        {by.size === 0 && <Check size={15} aria-hidden />}
      </Choice>
      <div className={css.grain}>
        <GrainChoice object={object} look={look} change={change} />
      </div>
      <FieldGroups
        groups={groups}
        used={by}
        draw={({ key, label: name }) => (
          <Choice
            key={key}
            on={by.has(key)}
            onChoose={() => change({ group: by.has(key) ? [] : [{ field: key }] })}
          >
            {label(name)}
            {by.has(key) && <Check size={15} aria-hidden />}
          </Choice>
        )}
      />
    </>
  );
}

/** Columns of the view first: they are what one sees. */
function useSortable(object: ObjectMeta, look: Look): Reach[] {
  const label = useLabel();
  const { data: meta } = useMeta();
  if (!meta) return [];
  const shown = look.columns.map(({ field }) => field.key);
  const rank = ({ key }: FieldMeta) => (shown.includes(key) ? shown.indexOf(key) : shown.length);
  return reach(meta, object, label, isSortable).map((each) => ({
    ...each,
    fields: [...each.fields].sort((a, b) => rank(a) - rank(b)),
  }));
}

interface ChoiceProps {
  on: boolean;
  onChoose: () => void;
  children: ReactNode;
}

function Choice({ on, onChoose, children }: ChoiceProps) {
  return (
    <button type="button" className={css.choice} aria-pressed={on} onClick={onChoose}>
      {children}
    </button>
  );
}
