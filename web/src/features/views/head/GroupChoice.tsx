/** The fields that rows are grouped by, and how long a time dates are grouped into. */
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import type { Grain } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";

import { isSortable, offered, reached } from "../state/paths";
import type { ChoiceProps } from "./ColumnsButton";
import css from "./Head.module.css";

const GRAINS: Grain[] = ["day", "week", "month", "quarter", "year"];
const LEVELS = 3;

export default function GroupChoice({ object, look, change }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const further = meta ? reached(meta, object, label) : [];
  const fields = [...offered(object).filter(isSortable), ...further];
  const dated = look.group.find((each) =>
    fields.some(({ key, kind }) => key === each.field && kind.startsWith("date")),
  );
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
        options={fields.map((each) => ({ value: each.key, label: label(each.label) }))}
        onChange={(keys) =>
          change({
            group: keys.map((field) => look.group.find((g) => g.field === field) ?? { field }),
          })
        }
      />
      {dated && (
        <Segmented<Grain>
          block
          aria-label={t("list.grain")}
          value={dated.grain ?? "day"}
          options={GRAINS.map((value) => ({ value, label: t(`list.grains.${value}`) }))}
          onChange={(grain) =>
            change({
              group: look.group.map((each) => (each === dated ? { ...each, grain } : each)),
            })
          }
        />
      )}
    </div>
  );
}
