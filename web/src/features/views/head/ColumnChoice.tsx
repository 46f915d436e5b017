/** Ticks for the columns of a list: its own fields, and those of what it points to. */
import { Checkbox } from "antd";

import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";

import { reach } from "../state/paths";
import type { ChoiceProps } from "./ColumnsButton";
import { FieldGroups } from "./FieldGroups";
import css from "./Head.module.css";

export default function ColumnChoice({ object, look, change }: ChoiceProps) {
  const label = useLabel();
  const { data: meta } = useMeta();
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
      <FieldGroups
        groups={meta ? reach(meta, object, label) : []}
        used={shown}
        draw={(field) => (
          <Checkbox
            key={field.key}
            checked={shown.has(field.key)}
            disabled={field.key === object.title_field}
            onChange={(event) => show(field.key, event.target.checked)}
          >
            {label(field.label)}
          </Checkbox>
        )}
      />
    </div>
  );
}
