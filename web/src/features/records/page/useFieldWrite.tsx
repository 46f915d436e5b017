/** Write some fields of a record where they stand: told with 撤销, crossings asked about. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta, Row, Values } from "@/api/types";
import { useCarefulWrite } from "@/fields/useCarefulWrite";

interface FieldWrite {
  pending: boolean;
  dialog: ReactNode;
  /** Returns what was refused; a crossing is asked about and is none. */
  write: (values: Values, told?: string, shown?: Values) => Promise<unknown>;
}

interface Heard {
  onDone?: () => void;
  /** What is refused after the dialog. */
  onRefused: (error: unknown, values: Values) => void;
}

/** `row` is the record as it was seen when the change began. */
export function useFieldWrite(
  object: ObjectMeta,
  row: Row,
  { onDone, onRefused }: Heard,
): FieldWrite {
  const { t } = useTranslation();
  const { pending, dialog, write } = useCarefulWrite(object, onRefused);
  return {
    pending,
    dialog,
    write: (values, told = t("record.saved"), shown) => write({ row, values, told, shown, onDone }),
  };
}
