/** A board by any select field: a column an option, its count and sum above, cards that move. */
import { Segmented } from "antd";
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import { useFigures } from "@/api/figures";
import type { Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { Empty } from "@/ui/Empty";
import { ObjectIcon } from "@/ui/icons";
import { useNarrow } from "@/ui/useMedia";
import { useSwipe } from "@/ui/useSwipe";

import type { LookProps } from "../list/ListPage";
import { cardFields, settingsFor } from "../state/settings";
import css from "./Board.module.css";
import { BoardColumn } from "./BoardColumn";
import { useMoves } from "./useMoves";

const COUNT = "count";
const SUM = "sum";

export default function Board({ object, look, onPeek }: LookProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const narrow = useNarrow();
  const settings = settingsFor("board", object, look);
  const field = settings ? fieldOf(object, settings.field) : undefined;
  const sum = settings?.sum ? fieldOf(object, settings.sum) : undefined;
  const { moves, dialog } = useMoves(object, field);
  const measures = [{ key: COUNT, formula: "COUNT()" }];
  if (sum) measures.push({ key: SUM, formula: `SUM([${sum.key}])` });
  const { data } = useFigures(
    {
      object: object.key,
      filter: look.filter,
      group_by: [{ field: field?.key ?? "", key: "value" }],
      measures,
    },
    // As in a list, what is searched for by words has no figures: they would be of other records.
    field != null && !look.q,
  );
  const figures = look.q ? undefined : data;
  if (!field)
    return <Empty icon={() => <ObjectIcon name={object.icon} />} text={t("list.noCards")} />;

  const figure = (key: string) => figures?.find(({ value }) => (value ?? "") === key);
  const many = (key: string) =>
    Number(data?.find(({ value }) => (value ?? "") === key)?.[COUNT] ?? 0);
  const options = columnsOf(field.options ?? [], many);
  const shared = { object, look, field, sum, onPeek, moves, options };
  const cards = cardFields(object, look, settings?.cards);
  const column = (option: Option) => (
    <BoardColumn
      key={option.key}
      {...shared}
      option={option}
      cards={cards}
      count={figures && Number(figure(option.key)?.[COUNT] ?? 0)}
      total={figure(option.key)?.[SUM]}
      narrow={narrow}
      closed={settings?.closed?.includes(option.key) ?? false}
    />
  );
  if (!narrow) {
    return (
      <div className={css.board} onDragOver={scrollAtEdge}>
        {options.map(column)}
        {dialog}
      </div>
    );
  }
  const named = (option: Option) =>
    [label(option.label) || t("list.blank"), figures && (figure(option.key)?.[COUNT] ?? 0)].join(
      " ",
    );
  return (
    <>
      <OneStage options={options} named={named} draw={column} />
      {dialog}
    </>
  );
}

const EDGE_PX = 80;
const STEP_PX = 14;

/** A card held at the side brings the columns beyond into sight. */
function scrollAtEdge({ currentTarget, clientX }: DragEvent) {
  const { left, right } = currentTarget.getBoundingClientRect();
  if (clientX > right - EDGE_PX) currentTarget.scrollLeft += STEP_PX;
  else if (clientX < left + EDGE_PX) currentTarget.scrollLeft -= STEP_PX;
}

interface OneStageProps {
  options: Option[];
  named: (option: Option) => string;
  draw: (option: Option) => ReactNode;
}

/** A phone shows one column at a time: chosen by its name, or the next one by a swipe. */
function OneStage({ options, named, draw }: OneStageProps) {
  const { t } = useTranslation();
  const [stage, setStage] = useState<string>();
  const names = useRef<HTMLDivElement>(null);
  const found = options.findIndex(({ key }) => key === stage);
  const at = Math.max(found, 0);
  const swipe = useSwipe((step) => {
    const next = options[at + step];
    if (next) setStage(next.key);
  });
  useEffect(() => {
    const chosen = names.current?.querySelectorAll(".ant-segmented-item")[at];
    chosen?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [at]);
  return (
    <div className={css.phone} {...swipe}>
      <div ref={names} className={css.stages}>
        <Segmented
          aria-label={t("list.stages")}
          value={options[at]?.key}
          options={options.map((option) => ({ value: option.key, label: named(option) }))}
          onChange={setStage}
        />
      </div>
      {options[at] && draw(options[at])}
    </div>
  );
}

/** Retired options only while records stand there; those without a value first, if there are any. */
function columnsOf(options: Option[], count: (key: string) => number): Option[] {
  const shown = options.filter((option) => !option.retired || count(option.key) > 0);
  return count("") > 0 ? [{ key: "", label: "" }, ...shown] : shown;
}
