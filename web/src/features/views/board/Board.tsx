/** A board by any select field: a column an option, its count and sum above, cards that move. */
import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import { useFigures } from "@/api/figures";
import type { Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { Empty } from "@/ui/Empty";
import { ObjectIcon } from "@/ui/icons";
import { useNarrow } from "@/ui/useMedia";

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
  const moves = useMoves(object, field);
  const measures = [{ key: COUNT, formula: "COUNT()" }];
  if (sum) measures.push({ key: SUM, formula: `SUM([${sum.key}])` });
  const { data } = useFigures(
    {
      object: object.key,
      filter: look.filter,
      group_by: [{ field: field?.key ?? "", key: "value" }],
      measures,
    },
    field != null,
  );
  const [stage, setStage] = useState<string>();
  if (!field)
    return <Empty icon={() => <ObjectIcon name={object.icon} />} text={t("list.noCards")} />;

  const figure = (key: string) => data?.find(({ value }) => (value ?? "") === key);
  const options = columnsOf(field.options ?? [], (key) => Number(figure(key)?.[COUNT] ?? 0));
  const shared = { object, look, field, sum, onPeek, moves, options };
  const cards = cardFields(object, look, settings?.cards);
  const column = (option: Option) => (
    <BoardColumn
      key={option.key}
      {...shared}
      option={option}
      cards={cards}
      count={figure(option.key)?.[COUNT] as number | undefined}
      total={figure(option.key)?.[SUM]}
      narrow={narrow}
      closed={settings?.closed?.includes(option.key) ?? false}
    />
  );
  if (!narrow) return <div className={css.board}>{options.map(column)}</div>;
  const chosen = options.find(({ key }) => key === stage) ?? options[0];
  return (
    <div className={css.phone}>
      <div className={css.stages}>
        <Segmented
          aria-label={t("list.stages")}
          value={chosen?.key}
          options={options.map((option) => ({
            value: option.key,
            label: `${label(option.label) || t("list.blank")} ${figure(option.key)?.[COUNT] ?? 0}`,
          }))}
          onChange={setStage}
        />
      </div>
      {chosen && column(chosen)}
    </div>
  );
}

/** Retired options only while records stand there; those without a value first, if there are any. */
function columnsOf(options: Option[], count: (key: string) => number): Option[] {
  const shown = options.filter((option) => !option.retired || count(option.key) > 0);
  return count("") > 0 ? [{ key: "", label: "" }, ...shown] : shown;
}
