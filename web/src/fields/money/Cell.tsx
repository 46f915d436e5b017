/** An amount: in 万/亿 where it is compared, exact on hover and on its page. */
import { useLanguage } from "@/i18n/useLabel";
import { money, number, rough } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function MoneyCell({ field, value, place }: CellProps<string>) {
  const language = useLanguage();
  const decimals = /\.\d*[1-9]/.test(value) ? (field.decimals ?? 2) : 0;
  const exact = money(value, field.currency, number(value, { ...field, decimals }));
  if (place === "page") return <span>{exact}</span>;
  const below = place === "list" || place === "figure";
  return (
    <span className={css.line} title={exact}>
      {money(value, field.currency, rough(value, language, field, below))}
    </span>
  );
}
