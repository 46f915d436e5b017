/** A fraction as percent. */
import { percent } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function PercentCell({ field, value }: CellProps<string>) {
  return <span className={css.line}>{percent(value, field.decimals)}</span>;
}
