/** A number with its unit. */
import { useLabel } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const LIST_DECIMALS = 4;

export default function NumberCell({ field, value, place }: CellProps<string | number>) {
  const unit = useLabel()(field.unit);
  const exact = number(value, field);
  const long = (exact.split(".")[1]?.length ?? 0) > LIST_DECIMALS;
  const shown = long && place !== "page" ? number(value, { ...field, decimals: 2 }) : exact;
  return (
    <span className={css.line} title={long ? exact : undefined}>
      {shown}
      {unit && <span className={css.unit}>{unit}</span>}
    </span>
  );
}
