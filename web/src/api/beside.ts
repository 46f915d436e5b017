/** Where a record stands in a list that is held in parts, and what is to be read to go on from it. */
import type { InfiniteData } from "@tanstack/react-query";

import { BLOCK_ROWS, type Blocks } from "./blocks";
import type { Page, Row } from "./types";

/** A list as the cache has it: blocks by their number, or pages one after another. */
export type Listed = Blocks | InfiniteData<Page<Row>, string | undefined>;

/** A part to read: behind a cursor, or so many rows down. */
export interface Step {
  /** Which block it is; of pages it is the one that follows. */
  block?: number;
  cursor?: string;
  skip?: number;
}

export interface Standing {
  previous: string | undefined;
  next: string | undefined;
  /** 0 is the first. */
  at: number;
  /** There are at least so many. */
  known: number;
  /** The part that is not here and would tell who is beside it. */
  beyond: Step | undefined;
}

interface Part {
  start: number;
  page: Page<Row>;
}

/** Undefined when the record is in none of the parts that are here. */
export function standing(list: Listed | undefined, id: string): Standing | undefined {
  const parts = partsOf(list);
  for (const { start, page } of parts) {
    const within = page.items.findIndex((row) => row.id === id);
    if (within < 0) continue;
    const at = start + within;
    const [previous, next] = [idAt(parts, at - 1), idAt(parts, at + 1)];
    const last = parts.at(-1)!;
    return {
      previous,
      next,
      at,
      known: last.start + last.page.items.length + (last.page.next ? 1 : 0),
      beyond: beyondOf(start, page, next === undefined, previous === undefined && at > 0),
    };
  }
  return undefined;
}

/** The list with a part that was read. */
export function goOn(list: Listed, { block, cursor }: Step, page: Page<Row>): Listed {
  if (!isBlocks(list)) {
    return { pages: [...list.pages, page], pageParams: [...list.pageParams, cursor] };
  }
  const held = new Map(list.pageParams.map((number, at) => [number, list.pages[at]!]));
  held.set(block!, page);
  const pageParams = [...held.keys()].sort((a, b) => a - b);
  const old = list.old.filter((number) => number !== block);
  return { pageParams, pages: pageParams.map((number) => held.get(number)!), old };
}

function isBlocks(list: Listed): list is Blocks {
  return "old" in list;
}

function partsOf(list: Listed | undefined): Part[] {
  if (!list?.pages) return [];
  let start = 0;
  return list.pages.map((page, index) => {
    if (isBlocks(list)) start = list.pageParams[index]! * BLOCK_ROWS;
    const part = { start, page };
    start += page.items.length;
    return part;
  });
}

function idAt(parts: Part[], at: number): string | undefined {
  for (const { start, page } of parts)
    if (page.items[at - start]) return page.items[at - start]!.id;
  return undefined;
}

/** Only blocks begin anywhere but at the top: before one there is one more. */
function beyondOf(start: number, page: Page<Row>, after: boolean, before: boolean) {
  const block = Math.floor(start / BLOCK_ROWS);
  if (after && page.next) return { block: block + 1, cursor: page.next };
  if (before) return { block: block - 1, skip: (block - 1) * BLOCK_ROWS };
  return undefined;
}
