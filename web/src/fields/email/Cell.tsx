/** An address that can be written to. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function EmailCell({ value }: CellProps<string>) {
  if (value.includes("*")) return <span className={css.line}>{value}</span>;
  return (
    <a className={`${css.line} ${css.link}`} href={`mailto:${value}`} title={value}>
      {value}
    </a>
  );
}
