/** Quiet tools of a field: what it was before, how it is computed. */
import { Popover } from "antd";
import { History, Sigma } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";

import { FieldPast } from "../tools/FieldPast";
import { HowComputed } from "../tools/HowComputed";

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
  const name = label(field.label);
  const computed = field.expression ?? field.formula;
  const content = computed ? (
    <HowComputed object={object} field={field} row={row} />
  ) : (
    <FieldPast object={object} field={field} row={row} />
  );
  const title = t(computed ? "record.howComputed" : "record.past", { name });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={title}
      content={open && content}
      destroyOnHidden
    >
      <IconButton icon={computed ? Sigma : History} label={title} aria-expanded={open} />
    </Popover>
  );
}
