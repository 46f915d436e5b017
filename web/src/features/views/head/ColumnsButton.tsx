/** Which columns are shown. */
import { Button, Checkbox, Popover } from "antd";
import { Columns3 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import type { Look, LookChange } from "../state/look";
import { offered } from "../state/paths";
import css from "./Head.module.css";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function ColumnsButton({ object, look, change }: Props) {
  const { t } = useTranslation();
  return (
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
