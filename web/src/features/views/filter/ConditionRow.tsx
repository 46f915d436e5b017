/** One row of a filter: a field, what is asked of it, and the value. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import type { Condition } from "@/api/conditions";
import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import { offered, pathField } from "../state/paths";
import css from "./Filter.module.css";
import { OperandInput } from "./OperandInput";
import { firstOp, operatorsOf, takes } from "./operators";

interface Props {
  meta: Meta;
  object: ObjectMeta;
  row: Condition;
  wrong: boolean;
  onChange: (row: Condition) => void;
}

/** `NOT` turns an operator into its opposite, where there is one in the list. */
const NEGATED = "not ";

export function ConditionRow({ meta, object, row, wrong, onChange }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const field = pathField(meta, object, row.field, label);
  const fields = offered(object);
  const named =
    field && !fields.some((each) => each.key === field.key) ? [...fields, field] : fields;
  const op = (row.not ? NEGATED : "") + row.op;
  const ops = field ? opsOf(field, op) : [op];

  function choose(key: string) {
    const chosen = pathField(meta, object, key, label);
    if (chosen) onChange({ field: key, op: firstOp(chosen) });
  }

  function ask(chosen: string) {
    const not = chosen.startsWith(NEGATED) || undefined;
    const next = chosen.replace(NEGATED, "");
    const value = takes(next) === takes(row.op) ? row.value : undefined;
    onChange({ field: row.field, op: next, ...(not && { not }), ...(value != null && { value }) });
  }

  return (
    <div className={`${css.condition} ${wrong ? css.wrong : ""}`}>
      <Select
        aria-label={t("list.field")}
        value={row.field}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={220}
        options={named.map((each) => ({ value: each.key, label: label(each.label) }))}
        onChange={choose}
      />
      <Select
        aria-label={t("list.operator")}
        value={op}
        popupMatchSelectWidth={false}
        options={ops.map((each) => ({ value: each, label: t(`list.ops.${each}`) }))}
        onChange={ask}
      />
      {field && takes(row.op) !== "none" && (
        <OperandInput
          // Another operator takes another kind of value.
          key={row.field + row.op}
          field={field}
          takes={takes(row.op)}
          value={row.value}
          onChange={(value) => onChange({ ...row, value })}
        />
      )}
    </div>
  );
}

function opsOf(field: FieldMeta, current: string): string[] {
  const plain = operatorsOf(field);
  const negated = plain.filter((each) => ["is", "in", "CONTAINS"].includes(each));
  const all = [...plain, ...negated.map((each) => NEGATED + each)];
  return all.includes(current) ? all : [...all, current];
}
