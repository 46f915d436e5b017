/**
 * Which rows of a long list are in sight. When something has changed only their pages are asked
 * for again; the rest keep what they have, and are asked for when they come into sight.
 */
import type { InfiniteData } from "@tanstack/react-query";

import type { Page, Row } from "./types";

export type Pages = InfiniteData<Page<Row>, string | undefined>;
type Read = (cursor: string | undefined, limit: number) => Promise<Page<Row>>;

export const PAGE_ROWS = 100;
/** So many rows may have come into a page before the pages behind it are asked for, too. */
const MORE = 50;
const MOST = 500;

export class Sight {
  private first = 0;
  private last = 0;
  /** Pages kept although something may have changed. */
  private readonly kept = new Set<number>();

  /** Rows come into sight; true when some of them have to be asked for again. */
  see(pages: readonly Page<Row>[], first: number, last: number): boolean {
    [this.first, this.last] = [first, last];
    return pages.some((_, index) => this.kept.has(index) && this.shows(pages, index));
  }

  /** A page of the list: as it was, where nobody looks; else read again up to where it ended. */
  async page(old: Pages | undefined, cursor: string | undefined, read: Read): Promise<Page<Row>> {
    const index = old?.pageParams.indexOf(cursor) ?? -1;
    const was = old?.pages[index];
    if (!old || !was) return read(cursor, PAGE_ROWS);
    if (!this.shows(old.pages, index)) {
      this.kept.add(index);
      return was;
    }
    this.kept.delete(index);
    const behind = old.pages[index + 1];
    if (!behind) return read(cursor, PAGE_ROWS);
    return cut(await read(cursor, Math.min(was.items.length + MORE, MOST)), was, behind);
  }

  private shows(pages: readonly Page<Row>[], index: number): boolean {
    const rows = (until: number) =>
      pages.slice(0, until).reduce((sum, page) => sum + page.items.length, 0);
    return rows(index) <= this.last && rows(index + 1) > this.first;
  }
}

/** Ends where the page ended, so that the one behind it goes on from there. */
function cut(fresh: Page<Row>, was: Page<Row>, behind: Page<Row>): Page<Row> {
  const place = (id: string | undefined) => fresh.items.findIndex((row) => row.id === id);
  const next = place(behind.items[0]?.id);
  const end = next < 0 ? place(was.items.at(-1)?.id) + 1 : next;
  // Neither is there any longer: the page behind is read anew, from where this one ends now.
  return end > 0 ? { ...fresh, items: fresh.items.slice(0, end), next: was.next } : fresh;
}
