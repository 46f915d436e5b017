/** A day; this year's without the year, unless days stand below each other. */
import { useLanguage } from "@/i18n/useLabel";
import { day } from "@/lib/format/dates";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function DateCell({ value, place }: CellProps<string>) {
  const language = useLanguage();
  return (
    <time className={css.line} dateTime={value} title={value}>
      {place === "card" ? day(value, language) : value.slice(0, 10)}
    </time>
  );
}
