/** One line; cut in a list, whole on a page. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function TextCell({ value, place }: CellProps) {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (place === "page") return <span className={css.whole}>{text}</span>;
  return (
    <span className={css.line} title={text}>
      {text}
    </span>
  );
}
