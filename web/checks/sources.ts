/** The app's own source files, for checks that read them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const SRC = join(import.meta.dirname, "..", "src");

export interface Source {
  /** From `src/`, such as `app/main.tsx`. */
  path: string;
  text: string;
}

export function sources(pattern: RegExp = /\.tsx?$/): Source[] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && pattern.test(file.name) && !file.name.endsWith(".d.ts"))
    .map((file) => join(file.parentPath, file.name))
    .map((path) => ({ path: relative(SRC, path), text: readFileSync(path, "utf-8") }));
}
