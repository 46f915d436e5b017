/** A web address, opened beside; shown without what every address has. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function UrlCell({ value }: CellProps<string>) {
  const shown = value.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  if (!/^https?:/.test(value)) return <span className={css.line}>{value}</span>;
  return (
    <a
      className={`${css.line} ${css.link}`}
      href={value}
      target="_blank"
      rel="noreferrer noopener"
      title={value}
    >
      {shown}
    </a>
  );
}
