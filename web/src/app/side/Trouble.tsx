/** What went wrong, in words, with a way on. */
import { useTranslation } from "react-i18next";

import { useFailureText } from "@/ui/useFailureText";

import css from "./Side.module.css";

export function Trouble({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.trouble} role="alert">
      <p>{useFailureText()(error)}</p>
      <button type="button" className={css.second} onClick={onRetry}>
        {t("ui.retry")}
      </button>
    </div>
  );
}
