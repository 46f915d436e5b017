/** Which files the built app comes in: what is needed together lies together. */
import { join } from "node:path";
import type { Plugin } from "vite";

import { FIRST } from "./src/i18n/first.ts";

const ROOT = import.meta.dirname;

/**
 * The parts of the first visit, each with where it begins; what an earlier one has is not in a later
 * one. Dozens of small files cost the browser more to ask for than these to read.
 */
const PARTS: Record<string, string[]> = {
  app: ["src/app/begin.tsx"],
  list: ["src/features/views/list/ListPage.tsx"],
  opened: ["Theme", "ToldPart", "MenuPart", "PopupPart", "TipPart", "SheetPart"].map(
    (name) => `src/ui/${name}.tsx`,
  ),
  side: ["src/app/side/begin.tsx"],
};

/** What the sidebar needs of the others is apart from them: it must not wait for the whole app. */
const SHARED = "shared";
/** Nobody else waits for its own pages. */
const OWN = join(ROOT, "src/app/side/");

interface Known {
  getModuleInfo: (id: string) => { code: string | null; importedIds: readonly string[] } | null;
}

/** A group of files for each part, the earlier first; the rest comes when it is first used. */
export function parts() {
  let found: Map<string, string> | undefined;
  return [SHARED, ...Object.keys(PARTS)].map((part) => ({
    name: (id: string, known: Known) =>
      (found ??= collected(known)).get(id) === part ? part : null,
    debugName: part,
  }));
}

/** The words of a language in two files: what is seen first, and all others. */
export function words(language: string) {
  const folder = `src/i18n/${language}/`;
  const first = FIRST.map((part) => `${folder}${part}.json`);
  return [
    { name: language, test: (id: string) => first.some((path) => id.endsWith(path)) },
    { name: `${language}-rest`, test: (id: string) => id.includes(folder) },
  ];
}

function collected(known: Known): Map<string, string> {
  const found = new Map<string, string>();
  const side = reached(PARTS["side"]!, known);
  for (const [part, beginnings] of Object.entries(PARTS)) {
    for (const id of reached(beginnings, known)) {
      if (found.has(id) || id.startsWith(OWN)) continue;
      found.set(id, part !== "side" && side.has(id) ? SHARED : part);
    }
  }
  return found;
}

function reached(beginnings: string[], known: Known): Set<string> {
  const found = new Set<string>();
  const open = beginnings.map((path) => join(ROOT, path));
  for (let id = open.pop(); id != null; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...imported(id, known));
  }
  return found;
}

/** All of a library hangs from its index; only what a module names of it belongs to the module. */
const INDEXES = [
  { from: "antd", index: /\/antd\/es\/index\.js$/, part: folder },
  { from: "lucide-react", index: /\/lucide-react\/dist\/esm\/lucide-react\.mjs$/, part: picture },
];

function imported(id: string, known: Known): string[] {
  const { code, importedIds } = known.getModuleInfo(id) ?? { code: null, importedIds: [] };
  return importedIds.flatMap((each) => {
    const library = INDEXES.find(({ index }) => index.test(each));
    if (!library) return [each];
    const { from, part } = library;
    const named = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*"${from}"`, "g");
    const names = [...(code ?? "").matchAll(named)].flatMap((found) => found[1]!.split(","));
    return names.flatMap((name) => part(name.trim().split(/\s+as\s+/)[0]!, each, known));
  });
}

/** `ConfigProvider` → `…/config-provider/index.js`. */
function folder(name: string, index: string): string[] {
  const plain = name.replace(/\B[A-Z]/g, "-$&").toLowerCase();
  return [index.replace("index.js", `${plain}/index.js`)];
}

/** `CheckSquare` → `…/icons/square-check-big.mjs`: a picture has many names. */
function picture(name: string, index: string, known: Known): string[] {
  const { code } = known.getModuleInfo(index) ?? { code: null };
  const line = new RegExp(`\\bas ${name}\\b[^}]*\\} from ["']\\./([^"']+)["']`).exec(code ?? "");
  return line ? [index.replace("lucide-react.mjs", line[1]!)] : [];
}

/**
 * Each page names what it is made of, so that the browser need not find out step by step: where its
 * app begins, by the file of the page.
 */
export function named(beginnings: Record<string, string>): Plugin {
  return {
    name: "named",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle, path }) {
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === "chunk");
        const files = new Set<string>();
        const styles = new Set<string>();
        function add(file: string) {
          const chunk = chunks.find(({ fileName }) => fileName === file);
          if (!chunk || files.has(file)) return;
          files.add(file);
          chunk.viteMetadata?.importedCss.forEach((style) => styles.add(style));
          chunk.imports.forEach(add);
        }
        const beginning = beginnings[path.slice(1)] ?? path;
        const wanted = join(ROOT, beginning);
        for (const { fileName, moduleIds } of chunks) if (moduleIds.includes(wanted)) add(fileName);
        if (files.size === 0) throw new Error(`${beginning} is in no file`);
        const scripts = [...files].filter((file) => !html.includes(file));
        return [
          ...scripts.map((file) => link("modulepreload", file)),
          ...[...styles].map((file) => link("stylesheet", file)),
        ];
      },
    },
  };
}

function link(rel: string, file: string) {
  const attrs = { rel, crossorigin: true, href: `/${file}` };
  return { tag: "link", attrs, injectTo: "head" as const };
}
