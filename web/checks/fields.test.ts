/** Every field type of the server can be shown, and no folder is of a type that does not exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { SRC } from "./sources";

const REFERENCE = join(SRC, "..", "..", "docs", "reference", "fields.md");
const types = [...readFileSync(REFERENCE, "utf-8").matchAll(/^## `(\w+)`/gm)].map((m) => m[1]!);
const COMPUTED = ["formula", "rollup", "lookup"];
const PARTS = ["Cell.tsx", "Editor.tsx", "Filter.tsx", "Settings.tsx"];
const folders = readdirSync(join(SRC, "fields"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test.each(types.filter((type) => !COMPUTED.includes(type)))("%s has a cell", (type) => {
  expect(existsSync(join(SRC, "fields", type, "Cell.tsx"))).toBe(true);
});

test.each(folders)("%s is a type, its parts have the names that are looked for", (folder) => {
  expect(types).toContain(folder);
  const parts = readdirSync(join(SRC, "fields", folder)).filter((name) => /^[A-Z]/.test(name));
  const known = (name: string) =>
    PARTS.includes(name) ||
    name.endsWith(".module.css") ||
    !/^(Cell|Editor|Filter|Setting)/.test(name);
  expect(parts.filter((name) => !known(name))).toEqual([]);
});
