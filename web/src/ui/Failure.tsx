/** What went wrong, in words, with a way on. */
import { Button } from "antd";
import { CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { isProblem, Unreachable } from "@/api/problem";

import css from "./Failure.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

export function Failure({ error, onRetry }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.failure} role="alert">
      <CircleAlert size={20} aria-hidden />
      <p>{useFailureText()(error)}</p>
      {onRetry && <Button onClick={onRetry}>{t("ui.retry")}</Button>}
    </div>
  );
}

/** Return what turns an error into one sentence for people. */
export function useFailureText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (isProblem(error)) {
      const [first] = error.errors;
      return first?.message ?? (error.detail || error.title);
    }
    return error instanceof Unreachable ? t("ui.unreachable") : t("ui.broken");
  };
}
