/** Long lists ask for what is looked at, wherever that is. */
import { expect, test } from "vitest";

import { BLOCK_ROWS, lacks, readBlocks, rowsOf, type Blocks, type Place } from "./blocks";
import type { Page, Row } from "./types";

const LENGTH = 1_050;

/** A server with so many rows; `asked` is what it was asked. */
function server(length = LENGTH) {
  const asked: Place[] = [];
  const read = (place: Place): Promise<Page<Row>> => {
    asked.push(place);
    const from = place.skip ?? Number(place.cursor ?? 0);
    const to = Math.min(from + BLOCK_ROWS, length);
    const items = Array.from({ length: Math.max(to - from, 0) }, (_, at) => ({
      id: `r${from + at}`,
    }));
    return Promise.resolve({ items: items as Row[], next: to < length ? String(to) : null });
  };
  return { asked, read };
}

async function looked(...ranges: [number, number][]): Promise<Blocks> {
  const { read } = server();
  let blocks = await readBlocks(undefined, [0, 0], false, read);
  for (const range of ranges) blocks = await readBlocks(blocks, range, true, read);
  return blocks;
}

test("a leap reads only where it lands, scrolling goes on by the cursor", async () => {
  const { asked, read } = server();
  const first = await readBlocks(undefined, [0, 30], false, read);
  const leapt = await readBlocks(first, [545, 550], true, read);
  await readBlocks(leapt, [565, 590], true, read);
  expect(asked).toEqual([{}, { skip: 500 }, { cursor: "600" }]);
  expect(leapt.pageParams).toEqual([0, 5]);
});

test("rows stand where they belong, and what is not here is missing", async () => {
  const rows = rowsOf(await looked([0, 20], [545, 550]), LENGTH);
  expect(rows.length).toBe(LENGTH);
  expect([rows.at(3)?.id, rows.at(300), rows.at(577)?.id]).toEqual(["r3", undefined, "r577"]);
  expect(rows.places.slice(98, 102)).toEqual([98, 99, 500, 501]);
});

test("the end is exact once it is seen, whatever was counted before", async () => {
  expect(rowsOf(await looked([0, 20]), undefined).length).toBe(BLOCK_ROWS + 1);
  expect(rowsOf(await looked([0, 20]), 4_000).length).toBe(4_000);
  expect(rowsOf(await looked([1_010, 1_049]), 4_000).length).toBe(LENGTH);
  expect(rowsOf(await readBlocks(undefined, [0, 0], false, server(0).read), 7).length).toBe(0);
});

test("after a change what is in sight is read again, the rest once it is seen", async () => {
  const before = await looked([60, 100], [550, 552]);
  const { asked, read } = server();
  const after = await readBlocks(before, [550, 552], false, read);
  expect(asked).toEqual([{ skip: 500 }]);
  expect([...after.old].sort()).toEqual([0, 1]);
  expect(lacks(after, [550, 552], LENGTH)).toBe(false);
  expect(lacks(after, [10, 40], LENGTH)).toBe(true);
  // The block before it is old: where it ends now is not known.
  const back = await readBlocks(after, [150, 155], true, read);
  expect(asked.slice(1)).toEqual([{ skip: 100 }]);
  expect(back.old).toEqual([0]);
});

test("what lies far from sight is given up", async () => {
  const { read } = server(1_000_000);
  let blocks = await readBlocks(undefined, [0, 0], false, read);
  for (let at = 0; at < 30_000; at += 50) {
    blocks = await readBlocks(blocks, [at, at + 30], true, read);
  }
  expect(blocks.pages.length).toBeLessThanOrEqual(151);
  expect(rowsOf(blocks, 1_000_000).at(29_950)?.id).toBe("r29950");
});
