/** Recordings: played on the page, counted in a list, where they open. */
import { Mic } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { StoredFile } from "@/api/types";
import { openPreview } from "@/ui/preview/store";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function AudioCell({ value, place }: CellProps<StoredFile[]>) {
  const { t } = useTranslation();
  if (place !== "page") {
    return (
      <button
        type="button"
        className={css.option}
        aria-label={t("fields.recordings", { count: value.length })}
        onClick={() => openPreview(value)}
      >
        <Mic size={13} aria-hidden />
        {value.length}
      </button>
    );
  }
  return (
    <span className={css.sounds}>
      {value.map(({ id, name }) => (
        <audio key={id} controls preload="metadata" src={`/api/files/${id}`} aria-label={name} />
      ))}
    </span>
  );
}
