/** A whole number; it travels as a JSON number where that is exact. */
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";
import { readNumber } from "@/lib/format/typed";

import { NumberInput } from "../NumberInput";
import type { EditorProps } from "../protocol";

export default function IntegerEditor(props: EditorProps<string | number>) {
  const { t } = useTranslation();
  const unit = useLabel()(props.field.unit);
  return (
    <NumberInput
      {...props}
      suffix={unit || undefined}
      read={readWhole}
      wrong={t("fields.notWhole")}
    />
  );
}

function readWhole(text: string): string | number | null {
  const value = readNumber(text);
  if (value == null || value.includes(".")) return null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
