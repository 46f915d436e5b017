/** A fraction as percent. */
import { percent } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function PercentCell({ field, value }: CellProps<string>) {
  // A formula counts the decimals of the fraction.
  const rounded = field.shown_as && field.decimals != null;
  const decimals = rounded ? Math.max(field.decimals! - 2, 0) : field.decimals;
  return <span className={css.line}>{percent(value, decimals)}</span>;
}
