/** Beside a computed value: how it came about, asked for when it is opened. */
import { useQuery } from "@tanstack/react-query";
import { Popover } from "antd";
import { Sigma } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { keys } from "@/api/query";
import { readRecord } from "@/api/records";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { Bar } from "@/ui/Skeleton";

import { HowComputed } from "./HowComputed";

/** Whether there is something to tell: its parts are the reader's to see. */
export function isExplained(field: FieldMeta): boolean {
  return field.tree != null && !field.key.includes(".");
}

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  id: string;
}

export function ComputedButton({ object, field, id }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [open, setOpen] = useState(false);
  const title = t("fields.howComputed", { name: label(field.label) });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={title}
      content={open && <Told object={object} field={field} id={id} />}
      destroyOnHidden
    >
      <IconButton icon={Sigma} label={title} aria-expanded={open} />
    </Popover>
  );
}

function Told({ object, field, id }: Props) {
  const { data: row } = useQuery({
    queryKey: keys.record(object.key, id),
    queryFn: () => readRecord(object.key, id),
  });
  if (!row) return <Bar width={280} />;
  return <HowComputed object={object} field={field} row={row} />;
}
