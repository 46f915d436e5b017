/** Formatted text. The server keeps only harmless markup; a list shows its words. */
import { useMemo } from "react";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";
import { cleaned, words } from "./markup";

export default function RichTextCell({ value, place }: CellProps<string>) {
  const clean = useMemo(() => (place === "page" ? cleaned(value) : words(value)), [value, place]);
  if (place !== "page") return <span className={css.line}>{clean}</span>;
  return <div className={css.rich} dangerouslySetInnerHTML={{ __html: clean }} />;
}
