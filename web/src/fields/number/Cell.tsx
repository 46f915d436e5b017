/** A number with its unit. */
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { number, rough } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const LIST_DECIMALS = 4;
/** Longer sums are not read digit by digit. */
const LONG_FIGURE = 1_000_000;

export default function NumberCell({ field, value, place }: CellProps<string | number>) {
  const unit = useLabel()(field.unit);
  const language = useLanguage();
  // Whole ones are said whole: 1 台, not 1.00.
  const exact = number(value, field).replace(/\.0+$/, "");
  const long = (exact.split(".")[1]?.length ?? 0) > LIST_DECIMALS;
  const cut = long && place !== "page" ? number(value, { ...field, decimals: 2 }) : exact;
  const big = place === "figure" && Math.abs(Number(value)) >= LONG_FIGURE;
  const shown = big ? rough(value, language, field) : cut;
  return (
    <span className={css.line} title={shown === exact ? undefined : exact}>
      {shown}
      {unit && <span className={css.unit}>{unit}</span>}
    </span>
  );
}
