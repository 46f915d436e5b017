/** The fields that rows are grouped by, their own and those of what they point to. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";

import { choicesOf, isSortable, reach } from "../state/paths";
import type { ChoiceProps } from "./ColumnsButton";
import { GrainChoice } from "./GrainChoice";
import css from "./Head.module.css";

const LEVELS = 3;

export default function GroupChoice({ object, look, change }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const fields = meta ? reach(meta, object, label, isSortable) : [];
  return (
    <div className={css.grouping}>
      <Select
        mode="multiple"
        maxCount={LEVELS}
        autoFocus
        aria-label={t("list.groupBy")}
        placeholder={t("list.groupHint")}
        showSearch={{ optionFilterProp: "label" }}
        value={look.group.map(({ field }) => field)}
        options={choicesOf(fields, label)}
        onChange={(keys) =>
          change({
            group: keys.map((field) => look.group.find((g) => g.field === field) ?? { field }),
          })
        }
      />
      <GrainChoice object={object} look={look} change={change} />
    </div>
  );
}
