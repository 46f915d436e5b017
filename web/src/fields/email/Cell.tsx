/** An address that can be written to. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function EmailCell({ value, place }: CellProps<string>) {
  if (value.includes("*")) return <span className={css.line}>{value}</span>;
  return (
    <a
      className={`${css.line} ${place === "page" ? css.link : css.quiet}`}
      href={`mailto:${value}`}
      title={value}
    >
      {value}
    </a>
  );
}
