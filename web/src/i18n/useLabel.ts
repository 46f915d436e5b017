/** Labels of the catalogue in the reader's language. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { labelText, type Label, type Language } from "@/lib/label";

export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}

export function useLabel(): (label: Label | null | undefined) => string {
  const language = useLanguage();
  return useCallback((label) => labelText(label, language), [language]);
}
