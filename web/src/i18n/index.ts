/** The words of the screens: i18n/<language>/<part>.json, loaded a language at a time. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { speak } from "@/api/client";
import { askAnew } from "@/api/query";
import { chosenLanguage } from "@/lib/chosen";
import type { Language } from "@/lib/label";
import { within } from "@/lib/plural";
import { writeStored } from "@/lib/stored";

import { FIRST } from "./first";

type Words = Record<string, unknown>;
const FILES = import.meta.glob<Words>("./*/*.json", { import: "default" });

let whole = false;

/** Have the words of a language here before it is spoken. */
export async function load(language: Language): Promise<void> {
  const files = Object.entries(FILES).map(([path, read]) => {
    const [, spoken, part = ""] = /^\.\/(.*)\/(.*)\.json$/.exec(path) ?? [];
    return { spoken, part, read };
  });
  const wanted = files.filter(
    ({ spoken, part }) => spoken === language && (whole || FIRST.includes(part)),
  );
  await Promise.all(
    wanted.map(async ({ part, read }) => {
      if (i18next.getResource(language, "translation", part)) return;
      i18next.addResourceBundle(language, "translation", { [part]: await read() }, true, true);
    }),
  );
}

/** Have all words of the language that is spoken, and of those that will be. */
export async function loadWhole(): Promise<void> {
  whole = true;
  await load(chosenLanguage());
}

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: undefined,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  i18next.services.formatter?.add("within", within);
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
