/** Pictures, small in a list; each opens the whole one. */
import type { StoredFile } from "@/api/types";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const LIST_SHOWN = 3;

export default function ImageCell({ value, place }: CellProps<StoredFile[]>) {
  const large = place === "page";
  return (
    <span className={`${css.thumbs} ${large ? `${css.large} ${css.wrap}` : ""}`}>
      {value.slice(0, large ? undefined : LIST_SHOWN).map(({ id, name }) => (
        <a key={id} href={`/api/files/${id}`} target="_blank" rel="noreferrer" title={name}>
          <img className={css.thumb} src={`/api/files/${id}`} alt={name} loading="lazy" />
        </a>
      ))}
    </span>
  );
}
