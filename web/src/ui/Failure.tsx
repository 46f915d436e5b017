/** What went wrong, in words, with a way on. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import css from "./Failure.module.css";
import { useFailureText } from "./useFailureText";

export { useFailureText };

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** Another way on. */
  children?: ReactNode;
}

export function Failure({ error, onRetry, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.failure} role="alert">
      <CircleAlert size={20} aria-hidden />
      <p>{useFailureText()(error)}</p>
      {onRetry && <Button onClick={onRetry}>{t("ui.retry")}</Button>}
      {children}
    </div>
  );
}
