/** A web address, opened beside; shown without what every address has. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function UrlCell({ value, place }: CellProps<string>) {
  const shown = value.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  if (!/^https?:/.test(value)) return <span className={css.line}>{value}</span>;
  return (
    <a
      className={`${css.line} ${place === "page" ? css.link : css.quiet}`}
      href={value}
      target="_blank"
      rel="noreferrer noopener"
      title={value}
    >
      {shown}
    </a>
  );
}
