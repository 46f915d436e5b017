/** Quiet tools of a field: what it was before, how it is computed. */
import { Popover } from "antd";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { ComputedButton, isExplained } from "@/fields/ComputedButton";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";

import { FieldPast } from "../tools/FieldPast";

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
}

export function FieldTools({ object, field, row }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [open, setOpen] = useState(false);
  // Of another record's field there is nothing to tell here.
  if (field.key.includes(".")) return null;
  if (isExplained(field)) return <ComputedButton object={object} field={field} id={row.id} />;
  const title = t("record.past", { name: label(field.label) });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={title}
      content={open && <FieldPast object={object} field={field} row={row} />}
      destroyOnHidden
    >
      <IconButton icon={History} label={title} aria-expanded={open} />
    </Popover>
  );
}
