/** Which files the built app comes in: what is needed together lies together. */
import { join } from "node:path";
import type { Plugin } from "vite";

const ROOT = import.meta.dirname;

/**
 * The parts of the first visit, each with where it begins; what an earlier one has is not in a later
 * one. Dozens of small files cost the browser more to ask for than these to read.
 */
const PARTS: Record<string, string[]> = {
  app: ["src/app/begin.tsx"],
  list: ["src/features/views/list/ListPage.tsx"],
  opened: ["MenuPart", "PopupPart", "TipPart", "SheetPart"].map((name) => `src/ui/${name}.tsx`),
};

interface Known {
  getModuleInfo: (id: string) => { code: string | null; importedIds: readonly string[] } | null;
}

/** Names the part of a module; null for what comes when it is first used. */
export function partOf(): (id: string, known: Known) => string | null {
  let parts: Map<string, string> | undefined;
  return (id, known) => (parts ??= collected(known)).get(id) ?? null;
}

function collected(known: Known): Map<string, string> {
  const parts = new Map<string, string>();
  for (const [part, beginnings] of Object.entries(PARTS)) {
    const open = beginnings.map((path) => join(ROOT, path));
    for (let id = open.pop(); id != null; id = open.pop()) {
      if (parts.has(id)) continue;
      parts.set(id, part);
      open.push(...imported(id, known));
    }
  }
  return parts;
}

/** All of antd hangs from its index; only what a module names of it belongs to the module. */
const INDEX = /\/antd\/es\/index\.js$/;
const NAMED = /import\s*\{([^}]*)\}\s*from\s*"antd"/g;

function imported(id: string, known: Known): string[] {
  const { code, importedIds } = known.getModuleInfo(id) ?? { code: null, importedIds: [] };
  return importedIds.flatMap((each) => {
    if (!INDEX.test(each)) return [each];
    const names = [...(code ?? "").matchAll(NAMED)].flatMap((found) => found[1]!.split(","));
    return names.map((name) => each.replace("index.js", `${folder(name)}/index.js`));
  });
}

/** `ConfigProvider as Provider` → `config-provider`. */
function folder(name: string): string {
  const [plain = ""] = name.trim().split(/\s+as\s+/);
  return plain.replace(/\B[A-Z]/g, "-$&").toLowerCase();
}

/** The page names what the app is made of, so that the browser need not find out step by step. */
export function named(beginning: string): Plugin {
  return {
    name: "named",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
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
