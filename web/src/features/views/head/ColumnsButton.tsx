/** Which columns, and by what rows are grouped. */
import { Button, Checkbox, Popover, Select } from "antd";
import { Columns3 } from "lucide-react";
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

export function ColumnsButton({ object, look, change }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Popover
        trigger="click"
        placement="bottomLeft"
        arrow={false}
        destroyOnHidden
        content={<ColumnChoice object={object} look={look} change={change} />}
      >
        <Button type="text" icon={<Columns3 size={15} />}>
          {t("list.columns")}
        </Button>
      </Popover>
      <GroupChoice object={object} look={look} change={change} />
    </>
  );
}

function ColumnChoice({ object, look, change }: Props) {
  const label = useLabel();
  const shown = new Set(look.columns.map(({ field }) => field.key));

  function show(key: string, on: boolean) {
    const there = look.settings.some((each) => each.field === key);
    const columns = there
      ? look.settings.map((each) => (each.field === key ? { ...each, hidden: !on } : each))
      : [...look.settings, { field: key }];
    change({ columns });
  }

  return (
    <div className={css.choice}>
      {offered(object).map((field) => (
        <Checkbox
          key={field.key}
          checked={shown.has(field.key)}
          disabled={field.key === object.title_field}
          onChange={(event) => show(field.key, event.target.checked)}
        >
          {label(field.label)}
        </Checkbox>
      ))}
    </div>
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
    <>
      <Select
        variant="borderless"
        mode="multiple"
        maxCount={3}
        className={css.group}
        aria-label={t("list.groupBy")}
        placeholder={t("list.groupBy")}
        popupMatchSelectWidth={200}
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
        <Select<Grain>
          variant="borderless"
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
    </>
  );
}
