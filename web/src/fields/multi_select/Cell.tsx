/** The chosen options, side by side. */
import css from "../FieldCell.module.css";
import { OptionTag } from "../OptionTag";
import type { CellProps } from "../protocol";

export default function MultiSelectCell({ field, value, place }: CellProps<string[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {value.map((key) => (
        <span key={key} className={css.tag}>
          <OptionTag option={field.options?.find((each) => each.key === key)} fallback={key} />
        </span>
      ))}
    </span>
  );
}
