/** The shared cases of tests/formula/cases, on the trees the server compiled from them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Row, Tree } from ".";
import { answer, type Batch } from "./batch";
import { KNOWN } from "./calls";

interface Case {
  object: string;
  record: number;
  text: string;
  tree: Tree;
  old?: Row | null;
  value: unknown;
}

interface Cases {
  around: Batch["around"];
  options: Batch["options"];
  functions: string[];
  served: string[];
  records: Record<string, Row>;
  cases: Case[];
}

const file = join(import.meta.dirname, "../../../tests/formula/cases/trees.json");
const cases = JSON.parse(readFileSync(file, "utf8")) as Cases;

/** The working calendar lies in the database, and so do the people of teams. */
const SERVED = ["ADDWORKDAYS", "ADDWORKHOURS", "ISMYTEAM", "ISWORKDAY", "WORKDAYS", "WORKHOURS"];
/** Nodes of their own: in `lists`, `machine`. */
const NODES = [
  ...["AND", "BLANK", "FALSE", "ME", "NOT", "OR", "TRUE"],
  ...["ALL", "COUNT", "COUNTD", "EXISTS", "FIRST", "LAST", "MEDIAN"],
  ...["BECAME", "CHANGED", "CHANGEDTO", "OLD"],
];

describe("the shared cases", () => {
  it(`hold here: ${cases.cases.length} run, ${cases.served.length} need a slot`, () => {
    const asked = cases.cases.map(({ object, record, tree, old }) => {
      return { tree, old, row: cases.records[`${object}/${record}`]! };
    });
    const got = answer({ around: cases.around, options: cases.options, cases: asked });
    const wrong = cases.cases.flatMap(({ text, object, record, value }, at) =>
      !got[at]!.error && same(got[at]!.value, value)
        ? []
        : [{ text, object, record, wanted: value, got: got[at] }],
    );
    expect(wrong).toEqual([]);
  });

  it("leave to the server what only it can know, and no more", () => {
    const unknown = cases.functions.filter((name) => !KNOWN.has(name) && !NODES.includes(name));
    expect(unknown).toEqual(SERVED);
    expect(cases.served.length).toBeLessThanOrEqual(61);
    expect(cases.cases.length).toBeGreaterThanOrEqual(1000);
  });
});

/** The cases write moments to the second. */
function same(got: unknown, wanted: unknown): boolean {
  const shown = typeof got === "string" ? got.replace(/\.\d{6}Z$/, "Z") : got;
  return JSON.stringify(shown ?? null) === JSON.stringify(wanted ?? null);
}
