/** Both languages say the same things, and every word a screen asks for exists. */
import { expect, test } from "vitest";

import { FIRST } from "../src/i18n/first";
import { begun, sources } from "./sources";

type Words = { [key: string]: string | Words };
// Plurals differ between languages by nature.
const PLURAL = /_(zero|one|two|few|many|other)$/;

function keysOf(words: Words, above = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [above + key] : keysOf(value, `${above}${key}.`),
  );
}

function wordsOf(language: string): Map<string, string[]> {
  const files = sources(/\.json$/).filter(({ path }) => path.startsWith(`i18n/${language}/`));
  return new Map(
    files.map(({ path, text }) => {
      const part = path.replace(/^.*\/(.*)\.json$/, "$1");
      return [part, keysOf(JSON.parse(text) as Words, `${part}.`)];
    }),
  );
}

const chinese = wordsOf("zh-CN");
const english = wordsOf("en");
const known = new Set([...chinese.values()].flat().map((key) => key.replace(PLURAL, "")));

test("the same parts", () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
});

test.each([...chinese.keys()])("%s: the same keys", (part) => {
  expect(english.get(part)?.sort()).toEqual(chinese.get(part)!.sort());
});

test.each(sources())("$path asks for words that exist", ({ text }) => {
  const asked = [...text.matchAll(/\bt\(\s*"([\w.-]+)"/g)].map((match) => match[1]!);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
  const begun = [...text.matchAll(/\bt\(\s*`([\w.-]+)\.\$\{/g)].map((match) => match[1]!);
  const dangling = begun.filter(
    (prefix) => ![...known].some((key) => key.startsWith(`${prefix}.`)),
  );
  expect(dangling).toEqual([]);
});

// What stands there before anything else has come; beside these the cells of all fields.
const FIRST_PAGES = ["app/begin.tsx", "app/side/begin.tsx", "app/home/HomePage.tsx"];
const FIRST_LIST = "features/views/list/ListPage.tsx";

test("the first pages ask for the first words alone, and for nothing of antd", () => {
  const own = begun([...FIRST_PAGES, FIRST_LIST]);
  expect(own.length).toBeGreaterThan(100);
  const parts = new Set(chinese.keys());
  const asked = own.flatMap(({ path, text }) =>
    [...text.matchAll(/\bt\(\s*["`]([a-z]+)\./g)].map((match) => `${path}: ${match[1]}`),
  );
  expect(asked.length).toBeGreaterThan(100);
  const late = asked.filter((each) => {
    const part = each.replace(/.*: /, "");
    return parts.has(part) && !FIRST.includes(part);
  });
  expect(late).toEqual([]);
  const heavy = /^import (?!type)[^;]*from "(antd|@ant-design)[^"]*"/m;
  expect(own.filter(({ text }) => heavy.test(text)).map(({ path }) => path)).toEqual([]);
});
