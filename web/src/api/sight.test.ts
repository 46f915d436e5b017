/** Long lists ask again for what is looked at, and lose no row at the edges. */
import { expect, test } from "vitest";

import { PAGE_ROWS, Sight, type Pages } from "./sight";
import type { Row } from "./types";

const row = (name: string) => ({ id: name }) as Row;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => row(`r${from + at}`));

function list(): Pages {
  return {
    pageParams: [undefined, "100", "200"],
    pages: [
      { items: rows(0, 100), next: "100" },
      { items: rows(100, 200), next: "200" },
      { items: rows(200, 300), next: null },
    ],
  };
}

test("pages out of sight stay as they are until they are seen", async () => {
  const [old, sight] = [list(), new Sight()];
  expect(sight.see(old.pages, 120, 150)).toBe(false);
  const asked: unknown[] = [];
  const read = (cursor: string | undefined, limit: number) => {
    asked.push([cursor, limit]);
    return Promise.resolve({ items: rows(100, 250).slice(0, limit), next: "250" });
  };
  for (const cursor of old.pageParams) await sight.page(old, cursor, read);
  expect(asked).toEqual([["100", 150]]);
  expect(sight.see(old.pages, 120, 150)).toBe(false);
  expect(sight.see(old.pages, 120, 230)).toBe(true);
  await sight.page(old, "200", read);
  expect(sight.see(old.pages, 120, 230)).toBe(false);
});

test("a page ends where the one behind it begins, with what has come and gone", async () => {
  const [old, sight] = [list(), new Sight()];
  sight.see(old.pages, 100, 199);
  const came = [row("new"), ...rows(100, 199), ...rows(200, 249)];
  const fresh = await sight.page(old, "100", () => Promise.resolve({ items: came, next: "x" }));
  expect(fresh.items.map(({ id }) => id)).toEqual(["new", ...rows(100, 199).map(({ id }) => id)]);
  expect(fresh.next).toBe("200");
  const elsewhere = { items: rows(900, 1000), next: "y" };
  expect(await sight.page(old, "100", () => Promise.resolve(elsewhere))).toEqual(elsewhere);
});

test("a new page and the last one are read whole", async () => {
  const [old, sight] = [list(), new Sight()];
  sight.see(old.pages, 250, 299);
  const asked: number[] = [];
  const read = (_: string | undefined, limit: number) => {
    asked.push(limit);
    return Promise.resolve({ items: [], next: null });
  };
  for (const cursor of ["200", "300"]) await sight.page(old, cursor, read);
  await sight.page(undefined, undefined, read);
  expect(asked).toEqual([PAGE_ROWS, PAGE_ROWS, PAGE_ROWS]);
});
