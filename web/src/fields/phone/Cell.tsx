/** A number that can be called; Chinese mobiles in groups of 3-4-4. */
import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const MOBILE = /^(1\d{2})(\d{4})(\d{4})$/;

export default function PhoneCell({ value }: CellProps<string>) {
  const shown = value.replace(MOBILE, "$1 $2 $3");
  // A masked number (138****8000) cannot be called.
  if (value.includes("*")) return <span className={css.line}>{shown}</span>;
  return (
    <a className={css.line} href={`tel:${value.replace(/[^\d+]/g, "")}`}>
      {shown}
    </a>
  );
}
