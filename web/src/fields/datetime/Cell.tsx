/** An instant in the workspace's zone. */
import { useLanguage } from "@/i18n/useLabel";
import { exactInstant, instant } from "@/lib/format/dates";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function DatetimeCell({ value, place }: CellProps<string>) {
  const language = useLanguage();
  const exact = exactInstant(value);
  return (
    <time className={css.line} dateTime={value} title={exact}>
      {place === "card" ? instant(value, language) : exact}
    </time>
  );
}
