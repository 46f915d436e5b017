/** By what rows are grouped, at most three levels; dates by day, week, month … */
import { Button, Popover, Segmented, Select } from "antd";
import { Layers } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { Grain } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";

import type { Look, LookChange } from "../state/look";
import { isSortable, offered } from "../state/paths";
import css from "./Head.module.css";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

const GRAINS: Grain[] = ["day", "week", "month", "quarter", "year"];
const LEVELS = 3;

export function GroupButton({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const fields = offered(object);
  const names = look.group.map(({ field }) =>
    label(fields.find(({ key }) => key === field)?.label ?? field),
  );
  const told = names.length > 0 ? t("list.groupedBy", { names: names.join(" › ") }) : "";
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={<GroupChoice object={object} look={look} change={change} />}
    >
      <Button type="text" icon={<Layers size={15} />} className={told ? css.on : ""}>
        {told || t("list.groupBy")}
      </Button>
    </Popover>
  );
}

function GroupChoice({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const fields = offered(object).filter(isSortable);
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
