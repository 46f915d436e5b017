/** Seconds as a clock, hours or days. */
import { useLanguage } from "@/i18n/useLabel";
import { duration } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function DurationCell({ field, value }: CellProps<number>) {
  return <span className={css.line}>{duration(value, field.show, useLanguage())}</span>;
}
