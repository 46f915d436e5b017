/** Going on from one record of a list to the next, over the edges of what is loaded. */
import { describe, expect, it } from "vitest";

import { goOn, standing, type Listed } from "./beside";
import { BLOCK_ROWS } from "./blocks";
import type { Page, Row } from "./types";

/** Rows `from` to `to` of a list, named by their places. */
function part(from: number, to: number, next?: string): Page<Row> {
  const items = Array.from({ length: to - from }, (_, at) => ({ id: `r${from + at}` }) as Row);
  return { items, next: next ?? null } as Page<Row>;
}

const second: Listed = {
  pages: [part(BLOCK_ROWS, 2 * BLOCK_ROWS, "on")],
  pageParams: [1],
  old: [],
};

describe("beside", () => {
  it("knows both sides within a part", () => {
    const found = standing(second, "r150");
    expect(found).toMatchObject({ previous: "r149", next: "r151", at: 150, known: 201 });
    expect(found?.beyond).toBeUndefined();
  });

  it("goes on behind the last row by the cursor", () => {
    const { beyond, next } = standing(second, "r199")!;
    expect(next).toBeUndefined();
    expect(beyond).toEqual({ block: 2, cursor: "on" });
    const longer = goOn(second, beyond!, part(200, 230));
    expect(standing(longer, "r199")).toMatchObject({ next: "r200", known: 230, beyond: undefined });
    expect(standing(longer, "r229")).toMatchObject({ next: undefined, beyond: undefined });
  });

  it("goes back before the first row by its place", () => {
    const { beyond } = standing(second, "r100")!;
    expect(beyond).toEqual({ block: 0, skip: 0 });
    const longer = goOn(second, beyond!, part(0, BLOCK_ROWS, "on"));
    expect(standing(longer, "r100")).toMatchObject({ previous: "r99", at: 100 });
    expect(standing(longer, "r0")).toMatchObject({ previous: undefined, beyond: undefined });
  });

  it("does not join blocks that are apart", () => {
    const apart: Listed = {
      pages: [part(0, 100, "a"), part(300, 400, "b")],
      pageParams: [0, 3],
      old: [],
    };
    expect(standing(apart, "r99")).toMatchObject({ next: undefined, beyond: { block: 1 } });
    expect(standing(apart, "r300")).toMatchObject({ previous: undefined, beyond: { block: 2 } });
  });

  it("adds a page to pages", () => {
    const pages: Listed = { pages: [part(0, 100, "on")], pageParams: [undefined] };
    const { beyond } = standing(pages, "r99")!;
    const longer = goOn(pages, beyond!, part(100, 120));
    expect(longer.pageParams).toEqual([undefined, "on"]);
    expect(standing(longer, "r100")).toMatchObject({ previous: "r99", next: "r101", at: 100 });
  });

  it("knows nothing of a record that is not here", () => {
    expect(standing(second, "r5")).toBeUndefined();
    expect(standing(undefined, "r5")).toBeUndefined();
  });
});
