/** A team's name; several side by side. */
import type { Reference } from "@/api/types";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";
import { listed } from "../references";

export default function TeamCell({ value }: CellProps<Reference | Reference[]>) {
  const names = listed(value).map((team) => team.title ?? "–");
  return <span className={css.line}>{names.join("、")}</span>;
}
