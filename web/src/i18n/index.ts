/** The words of the screens: i18n/<language>/<part>.json, loaded a language at a time. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { speak } from "@/api/client";
import { askAnew } from "@/api/query";
import { chosenLanguage } from "@/lib/chosen";
import type { Language } from "@/lib/label";
import { writeStored } from "@/lib/stored";

type Words = Record<string, unknown>;
const FILES = import.meta.glob<Words>("./*/*.json", { import: "default" });

/** Have the words of a language here before it is spoken. */
export async function load(language: Language): Promise<void> {
  const wanted = Object.entries(FILES).filter(([path]) => path.startsWith(`./${language}/`));
  await Promise.all(
    wanted.map(async ([path, read]) => {
      const part = path.replace(/^.*\/(.*)\.json$/, "$1");
      i18next.addResourceBundle(language, "translation", { [part]: await read() }, true, true);
    }),
  );
}

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: undefined,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await changeLanguage(chosenLanguage());
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  const changed = speak(language);
  writeStored("language", language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
  if (changed) await askAnew();
}
