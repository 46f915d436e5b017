/** Yes or no, as a sign with its word. */
import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function BooleanCell({ value, place }: CellProps<boolean>) {
  const { t } = useTranslation();
  const Icon = value ? Check : X;
  const word = value ? t("fields.yes") : t("fields.no");
  return (
    <span className={`${css.option} ${value ? css.yes : css.no}`}>
      <Icon size={15} aria-hidden />
      {place === "page" ? word : <span className="sr">{word}</span>}
    </span>
  );
}
