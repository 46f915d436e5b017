/** Quiet tools of a field: what it was before, how it is computed. */
import { History } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { ComputedButton, isExplained } from "@/fields/ComputedButton";
import { useLabel } from "@/i18n/useLabel";
import { PopoverButton } from "@/ui/PopoverButton";

import { FieldPast } from "../tools/FieldPast";

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
}

export function FieldTools({ object, field, row }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  // Of another record's field there is nothing to tell here.
  if (field.key.includes(".")) return null;
  if (isExplained(field)) return <ComputedButton object={object} field={field} id={row.id} />;
  return (
    <PopoverButton icon={History} title={t("record.past", { name: label(field.label) })}>
      {() => <FieldPast object={object} field={field} row={row} />}
    </PopoverButton>
  );
}
