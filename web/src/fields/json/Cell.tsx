/** JSON: in one line, or laid out on a page. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function JsonCell({ value, place }: CellProps) {
  const large = place === "page";
  const text = JSON.stringify(value, null, large ? 2 : undefined);
  return <code className={`${css.mono} ${large ? css.whole : css.line}`}>{text}</code>;
}
