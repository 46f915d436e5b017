/**
 * Rows of a list of any length by their place. Blocks of them are read where somebody looks; when
 * something has changed only those in sight are asked for again, the others once they are seen.
 */
import { replaceEqualDeep } from "@tanstack/react-query";

import type { Page, Row } from "./types";

export const BLOCK_ROWS = 100;
/** So many blocks are held; the farthest from what is looked at go first. */
const MOST_BLOCKS = 150;
/** Rows ahead of what is in sight. */
const AHEAD = 40;

export interface Blocks {
  pages: Page<Row>[];
  /** The number of each block: it begins `BLOCK_ROWS` times as many rows down the list. */
  pageParams: number[];
  /** Blocks kept although something may have changed. */
  old: number[];
}

/** Where a block begins: behind the block before it, or so many rows down. */
export interface Place {
  cursor?: string;
  skip?: number;
}

type Read = (place: Place) => Promise<Page<Row>>;

/** First and last row looked at. */
export type Range = readonly [number, number];

/** The blocks rows stand in, some rows ahead included. */
function around([first, last]: Range): number[] {
  const from = Math.floor(Math.max(first - AHEAD, 0) / BLOCK_ROWS);
  const to = Math.floor((last + AHEAD) / BLOCK_ROWS);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** Whether rows in sight are missing or may have changed. */
export function lacks(blocks: Blocks, range: Range, length: number): boolean {
  const { pageParams, old } = blocks;
  const known = new Set(pageParams);
  return around(range).some(
    (each) => each * BLOCK_ROWS < length && (!known.has(each) || old.includes(each)),
  );
}

/**
 * The blocks with those in sight read: with `looking` only what is missing there or old; else
 * something may have changed, and all of it is.
 */
export async function readBlocks(
  was: Blocks | undefined,
  range: Range,
  looking: boolean,
  read: Read,
): Promise<Blocks> {
  const held = new Map(was?.pageParams.map((number, at) => [number, was.pages[at]!]));
  const old = new Set(looking ? was?.old : held.keys());
  const end = ended(held, old);
  const seen = around(range).filter((each) => each <= end);
  const wanted = seen.filter((each) => !held.has(each) || old.has(each));
  const placed = wanted.map((each) => placeOf(each, old.has(each - 1) ? undefined : held));
  const found = await Promise.all(placed.map(read));
  wanted.forEach((each, at) => {
    // Rows that are as they were stay the same ones: they are not drawn anew.
    held.set(each, replaceEqualDeep(held.get(each), found[at]!));
    old.delete(each);
  });
  for (const each of farthest([...held.keys()], seen[0] ?? 0)) {
    held.delete(each);
    old.delete(each);
  }
  const pageParams = [...held.keys()].sort((a, b) => a - b);
  return { pageParams, pages: pageParams.map((each) => held.get(each)!), old: [...old] };
}

/** The block the list ends in, as far as it is known. */
function ended(held: Map<number, Page<Row>>, old: Set<number>): number {
  for (const [number, page] of held) if (page.next == null && !old.has(number)) return number;
  return Infinity;
}

/** A cursor costs the server nothing, a leap walks over all rows before it. */
function placeOf(number: number, held: Map<number, Page<Row>> | undefined): Place {
  if (number === 0) return {};
  const cursor = held?.get(number - 1)?.next;
  return cursor ? { cursor } : { skip: number * BLOCK_ROWS };
}

function farthest(numbers: number[], from: number): number[] {
  if (numbers.length <= MOST_BLOCKS) return [];
  const near = numbers.sort((a, b) => Math.abs(a - from) - Math.abs(b - from));
  return near.slice(MOST_BLOCKS);
}

/** What a list shows: how long it is, the row at a place if it is here, all that are here. */
export interface Rows {
  length: number;
  at: (place: number) => Row | undefined;
  loaded: Row[];
  /** Where each of those loaded stands. */
  places: number[];
}

export function rowsOf(blocks: Blocks | undefined, total: number | undefined): Rows {
  const { pages = [], pageParams = [], old = [] } = blocks ?? {};
  const held = new Map(pageParams.map((number, at) => [number, pages[at]!]));
  const loaded = pages.flatMap((page) => page.items);
  const places = pages.flatMap(({ items }, at) =>
    items.map((_, index) => pageParams[at]! * BLOCK_ROWS + index),
  );
  const at = (place: number) => held.get(Math.floor(place / BLOCK_ROWS))?.items[place % BLOCK_ROWS];
  return { length: lengthOf(held, new Set(old), total), at, loaded, places };
}

/** Exact where the end is here; else as counted, and at least one more than is here. */
function lengthOf(held: Map<number, Page<Row>>, old: Set<number>, total?: number): number {
  let known = 0;
  for (const [number, { items, next }] of held) {
    const end = number * BLOCK_ROWS + items.length;
    if (next == null && !old.has(number) && (items.length > 0 || number === 0)) return end;
    if (items.length > 0) known = Math.max(known, end + (next ? 1 : 0));
  }
  return Math.max(known, total ?? 0);
}
