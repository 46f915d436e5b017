/** Where one is on the way from a file to records. */
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

import css from "./Transfer.module.css";

export const STEPS = ["file", "map", "preview", "run"] as const;
export type Step = (typeof STEPS)[number];

interface Props {
  at: Step;
  /** Steps one may go to. */
  open: readonly Step[];
  onGo: (step: Step) => void;
}

export function Steps({ at, open, onGo }: Props) {
  const { t } = useTranslation();
  const now = STEPS.indexOf(at);
  return (
    <ol className={css.steps} aria-label={t("transfer.steps")}>
      {STEPS.map((step, index) => (
        <li key={step} className={index < now ? css.past : index === now ? css.now : undefined}>
          <button
            type="button"
            disabled={!open.includes(step)}
            aria-current={index === now ? "step" : undefined}
            onClick={() => onGo(step)}
          >
            <i aria-hidden>{index < now ? <Check size={12} strokeWidth={2.5} /> : index + 1}</i>
            <span>{t(`transfer.step.${step}`)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
