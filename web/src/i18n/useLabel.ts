/** Labels of the catalogue in the reader's language. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { labelText, type Label, type Language } from "@/lib/label";
import { plural } from "@/lib/plural";

export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}

export function useLabel(): (label: Label | null | undefined) => string {
  const language = useLanguage();
  return useCallback((label) => labelText(label, language), [language]);
}

/** The label of an object where many of its kind are meant: a list, a menu. */
export function usePlural(): (label: Label | null | undefined) => string {
  const language = useLanguage();
  return useCallback(
    (label) =>
      language === "en" ? plural(labelText(label, language)) : labelText(label, language),
    [language],
  );
}
