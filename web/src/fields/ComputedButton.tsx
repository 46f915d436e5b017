/** Beside a computed value: how it came about, asked for when it is opened. */
import { useQuery } from "@tanstack/react-query";
import { Sigma } from "lucide-react";
import { useTranslation } from "react-i18next";

import { keys } from "@/api/query";
import { readRecord } from "@/api/records";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { PopoverButton } from "@/ui/PopoverButton";
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
  return (
    <PopoverButton icon={Sigma} title={t("fields.howComputed", { name: label(field.label) })}>
      {() => <Told object={object} field={field} id={id} />}
    </PopoverButton>
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
