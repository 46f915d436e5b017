/** The app's own source files, for checks that read them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

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

// What only tells types is not there when it runs.
const IMPORT = /^(?:import|export) (?!type)(?:[^;"]*from )?"([^"]+)"/gm;
const CELL = /^fields\/\w+\/Cell\.tsx$/;

/** The files that are here when these begin: what they import, and on from there, cells included. */
export function begun(beginnings: string[]): Source[] {
  const all = new Map(sources().map((source) => [source.path, source]));
  const cells = [...all.keys()].filter((path) => CELL.test(path));
  const found = new Set<Source>();
  const open = [...beginnings, ...cells];
  for (let path = open.pop(); path != null; path = open.pop()) {
    const base = path;
    const source = ["", ".ts", ".tsx", "/index.ts"].map((end) => all.get(base + end)).find(Boolean);
    if (!source || found.has(source)) continue;
    found.add(source);
    for (const [, name = ""] of source.text.matchAll(IMPORT)) {
      if (name.startsWith("@/")) open.push(name.slice(2));
      else if (name.startsWith(".")) open.push(join(dirname(source.path), name));
    }
  }
  return [...found];
}
