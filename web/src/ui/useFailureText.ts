/** What went wrong as one sentence for people. */
import { useTranslation } from "react-i18next";

import { isProblem, Unreachable } from "@/api/problem";

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
