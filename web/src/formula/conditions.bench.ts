/** How long 200 conditions of a form take; they must leave a key stroke its time (under 5 ms). */
import { bench } from "vitest";
import { holds, scopeOf, type Tree } from ".";

const field = (id: string, kind: Tree["kind"]): Tree => ({ is: "Column", kind, path: [id] });
const text = (value: string): Tree => ({ is: "Literal", kind: "text", value });
const today: Tree = { is: "Call", kind: "date", name: "TODAY", args: [] };

const conditions = Array.from({ length: 200 }, (_, at): Tree => {
  const limit: Tree = { is: "Literal", kind: "number", value: String(at * 1000) };
  const share: Tree = {
    is: "Arithmetic",
    kind: "number",
    op: "/",
    left: field("amount", "number"),
    right: field("count", "number"),
  };
  const age: Tree = {
    is: "Arithmetic",
    kind: "number",
    op: "-",
    left: today,
    right: field("on", "date"),
  };
  return {
    v: 1,
    is: "Or",
    items: [
      {
        is: "And",
        items: [
          { is: "Compare", op: ">", left: share, right: limit },
          { is: "Compare", op: "=", left: field("stage", "choice"), right: text("won") },
        ],
      },
      { is: "Compare", op: ">", left: age, right: limit },
      { is: "Call", kind: "bool", name: "CONTAINS", args: [field("name", "text"), text("科技")] },
    ],
  };
});
const row = { amount: "1234567.89", count: 7, stage: "open", on: "2025-01-10", name: "宏达集团" };
const around = { now: "2025-04-02T02:30:00Z", zone: "Asia/Shanghai", me: null };

bench("200 conditions of a form", () => {
  const scope = scopeOf(row, around);
  for (const tree of conditions) holds(tree, scope);
});
