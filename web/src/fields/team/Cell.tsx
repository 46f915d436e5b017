/** A team's name; several side by side. */
import type { Reference } from "@/api/types";

import { useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";
import { listed } from "../references";

export default function TeamCell({ value }: CellProps<Reference | Reference[]>) {
  const language = useLanguage();
  const names = listed(value).map((team) => team.title ?? "–");
  return <span className={css.line}>{joined(names, language)}</span>;
}
