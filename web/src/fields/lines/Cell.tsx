/** How many lines there are; the page shows them as a table. */
import { useTranslation } from "react-i18next";

import type { CellProps } from "../protocol";

export default function LinesCell({ value }: CellProps<unknown[]>) {
  const { t } = useTranslation();
  return <span>{t("fields.lines", { count: value.length })}</span>;
}
