/** A few options side by side: on a phone one tap instead of two. */
import { useTranslation } from "react-i18next";

import type { Option } from "@/api/types";

import { OptionTag } from "../OptionTag";
import css from "./Chips.module.css";

interface Props {
  id?: string;
  options: Option[];
  value: string | null;
  required: boolean;
  onChoose: (key: string | null) => void;
}

export function Chips({ id, options, value, required, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.chips} role="radiogroup" aria-label={t("fields.options")}>
      {options.map((option, at) => {
        const on = option.key === value;
        return (
          <button
            key={option.key}
            id={at === 0 ? id : undefined}
            type="button"
            role="radio"
            aria-checked={on}
            className={css.chip}
            onClick={() => onChoose(on && !required ? null : option.key)}
          >
            <OptionTag option={option} fallback={option.key} />
          </button>
        );
      })}
    </div>
  );
}
