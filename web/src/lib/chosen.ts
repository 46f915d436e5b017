/** The language of this browser: known before anything else is. */
import type { Language } from "./label";
import { readStored } from "./stored";

/** The language chosen in this browser, or the browser's own; Chinese unless it says English. */
export function chosenLanguage(): Language {
  const stored = readStored<Language | null>("language", null);
  return stored ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en");
}
