/** Recordings: played on the page, counted in a list. */
import { Mic } from "lucide-react";

import type { StoredFile } from "@/api/types";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function AudioCell({ value, place }: CellProps<StoredFile[]>) {
  if (place !== "page") {
    return (
      <span className={css.option}>
        <Mic size={13} aria-hidden />
        {value.length}
      </span>
    );
  }
  return value.map(({ id, name }) => (
    <audio key={id} controls preload="none" src={`/api/files/${id}`} aria-label={name} />
  ));
}
