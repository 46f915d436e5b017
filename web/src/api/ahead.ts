/**
 * What a page asks for first, asked before the code that shows it is here: the answers come while it
 * is on its way. Kept in this browser are only the addresses asked for, never an answer.
 */
import { chosenLanguage } from "@/lib/chosen";
import { forgetStored, readStored, writeStored } from "@/lib/stored";

const KEY = "asked";
/** So many pages are remembered, and so many first questions of each. */
const PAGES = 20;
const MOST = 10;
/** By then a page has asked for what it shows first. */
const FRESH_MS = 5000;

type Asked = Record<string, string[]>;

const coming = new Map<string, Promise<Response>>();
// Tests of what asks have no window.
const here = typeof window === "undefined" ? "" : pageNow();
let spoken = "";
let first: string[] | undefined = [];

/** Ask what this page asked the last time, and at least for `paths`. */
export function askAhead(paths: string[]): void {
  spoken = chosenLanguage();
  const headers = { "accept-language": spoken };
  for (const path of new Set([...paths, ...remembered(here)])) {
    const answer = fetch(path, { headers });
    // Who takes it is told; else it is as if it had never been asked.
    answer.catch(() => undefined);
    coming.set(path, answer);
  }
  setTimeout(settle, FRESH_MS);
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, settle, { once: true });
}

/** The answer that is on its way, or here, to this very question; only once. */
export function takeAhead(request: Request): Promise<Response> | undefined {
  if (request.method !== "GET") return undefined;
  const { pathname, search } = new URL(request.url);
  const path = pathname + search;
  remember(path);
  const answer = coming.get(path);
  coming.delete(path);
  return request.headers.get("accept-language") === spoken ? answer : undefined;
}

/** Somebody leaves: what they looked at is nobody else's. */
export function forgetAhead(): void {
  settle();
  forgetStored(KEY);
}

/** From now on it is the member who asks, not the page: what was asked before is not news. */
function settle(): void {
  coming.clear();
  first = undefined;
}

function remember(path: string): void {
  if (!first || first.length >= MOST || first.includes(path) || pageNow() !== here) return;
  first.push(path);
  const others = Object.entries(readStored<Asked>(KEY, {})).filter(([page]) => page !== here);
  const kept = others.slice(1 - PAGES);
  writeStored(KEY, Object.fromEntries([...kept, [here, first]]));
}

function remembered(page: string): string[] {
  const known = readStored<Asked>(KEY, {})[page];
  const own = (path: unknown) => typeof path === "string" && path.startsWith("/api/");
  return Array.isArray(known) ? known.filter(own).slice(0, MOST) : [];
}

function pageNow(): string {
  return window.location.pathname + window.location.search;
}
