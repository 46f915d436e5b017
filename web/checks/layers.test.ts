/** What may import what: app → features → fields → ui → api, i18n → lib → formula; no feature another. */
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { sources } from "./sources";

// Lower layers first; those on one line know each other.
const LAYERS = [["formula"], ["lib"], ["api", "i18n"], ["ui"], ["fields"], ["features"], ["app"]];
const IMPORT = /(?:from\s+|import\s*\(?\s*)"([^"]+)"/g;

function layer(path: string): number {
  return LAYERS.findIndex((names) => names.includes(path.split("/")[0]!));
}

function room(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

function targets(path: string, text: string): string[] {
  const named = [...text.matchAll(IMPORT)].map((match) => match[1]!);
  const own = named.filter((name) => name.startsWith(".") || name.startsWith("@/"));
  return own.map((name) => (name.startsWith("@/") ? name.slice(2) : join(dirname(path), name)));
}

test.each(sources())("$path imports downwards", ({ path, text }) => {
  for (const target of targets(path, text).filter((each) => layer(each) >= 0)) {
    expect(layer(target), `${path} imports ${target}`).toBeLessThanOrEqual(layer(path));
    if (path.startsWith("features/") && target.startsWith("features/")) {
      expect(room(target), `${path} imports another feature: put it into ui/ or fields/`).toBe(
        room(path),
      );
    }
  }
});

test("every file says what it is", () => {
  const silent = sources().filter(({ text }) => !text.startsWith("/**"));
  expect(silent.map(({ path }) => path)).toEqual([]);
});
