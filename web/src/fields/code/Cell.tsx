/** What a code says, in letters of one width. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function CodeCell({ value }: CellProps<string>) {
  return (
    <span className={`${css.line} ${css.mono}`} title={value}>
      {value}
    </span>
  );
}
