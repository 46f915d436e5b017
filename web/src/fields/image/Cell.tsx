/** Pictures, small in a list; each opens whole, the others beside it. */
import { useTranslation } from "react-i18next";

import type { StoredFile } from "@/api/types";
import { openPreview } from "@/ui/preview/store";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const LIST_SHOWN = 3;

export default function ImageCell({ value, place }: CellProps<StoredFile[]>) {
  const { t } = useTranslation();
  const large = place === "page";
  const shown = large ? value : value.slice(0, LIST_SHOWN);
  return (
    <span className={`${css.thumbs} ${large ? `${css.large} ${css.wrap}` : ""}`}>
      {shown.map(({ id, name }, at) => (
        <button
          key={id}
          type="button"
          title={name}
          aria-label={t("fields.preview", { name })}
          onClick={() => openPreview(value, at)}
        >
          <img className={css.thumb} src={`/api/files/${id}`} alt="" loading="lazy" />
        </button>
      ))}
      {value.length > shown.length && (
        <span className={css.unit}>+{value.length - shown.length}</span>
      )}
    </span>
  );
}
