/** Printing, dependencies and terms. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UnknownTree, dependencies, evaluate, holds, oldSlots, scopeOf, terms, type Tree } from ".";
import { print } from "./printer";

interface Cases {
  labels: Record<string, string>;
  options: Record<string, { key: string; label: string }[]>;
  cases: { text: string; tree: Tree; printed: string }[];
}

const file = join(import.meta.dirname, "../../../tests/formula/cases/trees.json");
const { labels, options, cases } = JSON.parse(readFileSync(file, "utf8")) as Cases;

const words = {
  label: (id: string) => labels[id] ?? id,
  option: (id: string, key: string) => options[id]?.find((each) => each.key === key)?.label ?? key,
};
const around = { now: "2025-04-02T02:30:00Z", zone: "Asia/Shanghai", me: null };
const n = (value: string): Tree => ({ is: "Literal", kind: "number", value });
const column = (id: string, level = 0): Tree => ({
  is: "Column",
  kind: "number",
  path: [id],
  level,
});

describe("printing", () => {
  it("says what the server says", () => {
    const wrong = cases.flatMap(({ text, tree, printed }) => {
      const got = print(tree, words);
      return got === printed ? [] : [{ text, got, printed }];
    });
    expect(wrong).toEqual([]);
  });
});

describe("dependencies", () => {
  const tree: Tree = {
    v: 1,
    is: "And",
    items: [
      {
        is: "Compare",
        op: ">",
        left: {
          is: "Aggregate",
          kind: "number",
          name: "SUM",
          path: ["lines"],
          value: column("price"),
          filters: [{ is: "Compare", op: "<", left: column("price"), right: column("limit", 1) }],
        },
        right: n("1"),
      },
      { is: "Slot", kind: "bool", index: 3, reads: ["account"] },
      {
        is: "Call",
        kind: "bool",
        name: "ISTODAY",
        args: [{ is: "Column", kind: "date", path: ["on"] }],
      },
    ],
  };

  it("are the record's own fields, through its lines", () => {
    const found = dependencies(tree);
    expect(found.fields.sort()).toEqual(["limit", "lines", "on"]);
    expect([found.timed, found.personal]).toEqual([true, false]);
  });

  it("tell which slots an edit makes old", () => {
    expect(oldSlots(tree, new Set(["account"]))).toEqual([3]);
    expect(oldSlots(tree, new Set(["on"]))).toEqual([]);
  });
});

describe("a form", () => {
  const total: Tree = {
    v: 1,
    is: "Aggregate",
    kind: "number",
    name: "SUM",
    path: ["lines"],
    value: {
      is: "Arithmetic",
      kind: "number",
      op: "*",
      left: column("price"),
      right: column("count"),
    },
  };

  it("adds up lines as they are typed, half-typed ones left out", () => {
    const lines = [
      { price: "0.1", count: 3 },
      { price: "0.2", count: "1" },
      { price: "-", count: 1 },
    ];
    expect(evaluate(total, scopeOf({ lines }, around))).toBe("0.5");
    expect(evaluate(total, scopeOf({}, around))).toBe("0");
  });

  it("shows how a value came about", () => {
    const tree: Tree = {
      v: 1,
      is: "Call",
      kind: "number",
      name: "IF",
      args: [
        { is: "Compare", op: ">", left: column("amount"), right: n("100") },
        { is: "Arithmetic", kind: "number", op: "*", left: column("amount"), right: n("2") },
        { is: "Slot", kind: "number", index: 0 },
      ],
    };
    const scope = scopeOf({ amount: "5" }, { ...around, slots: ["7.50"] });
    const made = terms(tree, scope, { label: () => "金额", slots: ["客户.折扣"] });
    expect([made.text, made.value]).toEqual(["IF(金额 > 100, 金额 * 2, 客户.折扣)", "7.5"]);
    expect(made.parts.map(({ text, value, unused, slot }) => [text, value, unused, slot])).toEqual([
      ["金额 > 100", false, false, undefined],
      ["金额 * 2", "10", true, undefined],
      ["客户.折扣", "7.5", false, 0],
    ]);
  });

  it("leaves to the server what it does not know", () => {
    const scope = scopeOf({}, around);
    for (const tree of [
      { v: 2, is: "TrueNode" },
      { is: "TrueNode" },
      { v: 1, is: "Not", item: { is: "Tomorrow" } },
      { v: 1, is: "Call", kind: "bool", name: "ISWORKDAY", args: [] },
    ]) {
      expect(() => holds(tree as Tree, scope)).toThrow(UnknownTree);
    }
  });
});
