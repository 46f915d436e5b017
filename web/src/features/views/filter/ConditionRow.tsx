/** One row of a filter: a field, and what its type asks. */
import { Select } from "antd";
import { createElement, startTransition, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Condition } from "@/api/conditions";
import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import { askedOf, rowOf } from "@/fields/asked";
import { filterOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";

import { choicesOf, pathField, reach } from "../state/paths";
import css from "./Filter.module.css";
import { firstRow } from "./rows";

const SEARCHED = { optionFilterProp: "label" };

interface Props {
  meta: Meta;
  object: ObjectMeta;
  row: Condition;
  wrong: boolean;
  onChange: (row: Condition) => void;
}

export function ConditionRow({ meta, object, row, wrong, onChange }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const field = pathField(meta, object, row.field, label);
  // Sorted anew by the list only when there are others.
  const options = useMemo(() => {
    const groups = reach(meta, object, label);
    const known = groups.some(({ fields }) => fields.some(({ key }) => key === row.field));
    const further = pathField(meta, object, row.field, label);
    // A filter written as text may go further.
    if (further && !known) groups.push({ label: "", fields: [further] });
    return choicesOf(groups, label);
  }, [meta, object, label, row.field]);

  function choose(key: string) {
    const chosen = pathField(meta, object, key, label);
    if (chosen) startTransition(() => onChange(firstRow(chosen)));
  }

  return (
    <div className={`${css.condition} ${wrong ? css.wrong : ""}`}>
      <Select
        aria-label={t("list.field")}
        value={row.field}
        showSearch={SEARCHED}
        popupMatchSelectWidth={220}
        options={options}
        onChange={choose}
      />
      {field && <Asking key={row.field} field={field} row={row} onChange={onChange} />}
    </div>
  );
}

interface AskingProps {
  field: FieldMeta;
  row: Condition;
  onChange: (row: Condition) => void;
}

function Asking({ field, row, onChange }: AskingProps) {
  const filter = filterOf(field);
  if (!filter) return null;
  const props = {
    field,
    ...askedOf(field, row),
    onChange: (operator: string, value: unknown) => onChange(rowOf(field, operator, value)),
  };
  return createElement(filter, props);
}
