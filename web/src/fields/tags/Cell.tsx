/** Free words, side by side. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function TagsCell({ value, place }: CellProps<string[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {value.map((word) => (
        <span key={word} className={css.tag}>
          {word}
        </span>
      ))}
    </span>
  );
}
