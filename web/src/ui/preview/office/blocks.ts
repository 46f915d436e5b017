/** What documents and slides are made of here: headings, paragraphs, items of lists, tables. */
import { all, attribute, type Archive } from "./archive";

export type Block =
  { kind: "heading" | "text" | "item"; text: string } | { kind: "table"; rows: string[][] };

const MOST = 3_000;

/** The text of a Word document in its order. */
export function documentOf(file: Archive): Block[] {
  const [body] = all(file.xml("word/document.xml"), "body");
  return Array.from(body?.children ?? [])
    .slice(0, MOST)
    .flatMap((element): Block[] => {
      if (element.localName === "p") return [paragraph(element)];
      if (element.localName !== "tbl") return [];
      const rows = all(element, "tr").map((row) => all(row, "tc").map(textOf));
      return [{ kind: "table", rows }];
    });
}

function paragraph(element: Element): Block {
  const style = attribute(all(element, "pStyle")[0], "val");
  const text = textOf(element);
  // Chinese Word names its headings by number: 1, 2, 3.
  if (/^(heading|title|标题)|^[1-4]$/i.test(style)) return { kind: "heading", text };
  return { kind: all(element, "numPr").length ? "item" : "text", text };
}

/** The slides of a presentation, each with its blocks. */
export function slidesOf(file: Archive): Block[][] {
  const names = file.names.filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name));
  const number = (name: string) => Number(/\d+/.exec(name)![0]);
  return names
    .sort((a, b) => number(a) - number(b))
    .slice(0, 200)
    .map((name) => all(file.xml(name), "sp").flatMap(shape));
}

function shape(element: Element): Block[] {
  const title = /title/i.test(attribute(all(element, "ph")[0], "type"));
  return all(element, "p")
    .map(textOf)
    .filter((text) => text.trim())
    .map((text) => ({ kind: title ? "heading" : "text", text }));
}

const SPOKEN: Record<string, string> = { tab: "\t", br: "\n", cr: "\n", noBreakHyphen: "-" };

/** The words of a paragraph or a cell; a cell's paragraphs stand below each other. */
function textOf(element: Element): string {
  if (element.localName === "tc") {
    return all(element, "p").map(textOf).join("\n");
  }
  return Array.from(element.getElementsByTagNameNS("*", "*"))
    .map((each) =>
      each.localName === "t" ? (each.textContent ?? "") : (SPOKEN[each.localName] ?? ""),
    )
    .join("");
}
