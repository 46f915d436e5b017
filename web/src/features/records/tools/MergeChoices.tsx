/** The fields in which two records differ, side by side: whose value stays. */
import { Radio } from "antd";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Row, Values } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";

import css from "./Tools.module.css";

interface Props {
  object: ObjectMeta;
  stays: Row;
  goes: Row;
  values: Values;
  onChange: (values: Values) => void;
}

export function MergeChoices({ object, stays, goes, values, onChange }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const differing = object.fields.filter(
    (field) => field.writable && field.type !== "lines" && differs(field, stays, goes),
  );
  if (differing.length === 0) return <p className={css.against}>{t("tools.mergeSame")}</p>;
  return (
    <table className={css.choices}>
      <thead>
        <tr>
          <th />
          <th>{t("tools.mergeStays", { name: stays.title ?? "" })}</th>
          <th>{t("tools.mergeGoes", { name: goes.title ?? "" })}</th>
        </tr>
      </thead>
      <tbody>
        {differing.map((field) => {
          const mine = !isBlank(stays.values[field.key]);
          const chosen = (values[field.key] as string | undefined) ?? (mine ? "survivor" : goes.id);
          const side = (whose: string, value: unknown) => (
            <td>
              <Radio
                checked={chosen === whose}
                onChange={() => onChange({ ...values, [field.key]: whose })}
              >
                <FieldCell field={field} value={value} place="page" />
              </Radio>
            </td>
          );
          return (
            <tr key={field.key}>
              <th scope="row">{label(field.label)}</th>
              {side("survivor", stays.values[field.key])}
              {side(goes.id, goes.values[field.key])}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function differs(field: FieldMeta, one: Row, other: Row): boolean {
  const sides = [one, other].map((row) => written(field, row.values[field.key]) ?? null);
  return JSON.stringify(sides[0]) !== JSON.stringify(sides[1]);
}
