/** Texts by characters, not UTF-16 units; an empty result, or one over 100,000, is blank. */
import { countOf, num, percent, rounded, type Num } from "./numbers";

export const MAX_TEXT = 100_000;
const MAX_PLACE = 1_000_000;
const PAIR = /[\ud800-\udfff]/;

export type Text = string | null;

export function size(text: string): number {
  return PAIR.test(text) ? [...text].length : text.length;
}

export function slice(text: string, from: number, to?: number): string {
  return PAIR.test(text) ? [...text].slice(from, to).join("") : text.slice(from, to);
}

/** The character place of a part from a place on, -1 without it. */
export function place(text: string, part: string, from = 0): number {
  const rest = slice(text, from);
  const at = rest.indexOf(part);
  return at < 0 ? -1 : from + size(rest.slice(0, at));
}

export function capped(text: string): Text {
  return text === "" || size(text) > MAX_TEXT ? null : text;
}

/** Letters fold by ASCII only, the same everywhere. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** A place counted from 1 as one from 0; null when there is no such place. */
function start(n: Num): number | null {
  return n.lt(1) || n.gt(MAX_PLACE) ? null : n.trunc().toNumber() - 1;
}

export function mid(text: string, from: Num, count: Num): Text {
  const at = start(from);
  return at === null ? null : slice(text, at, at + countOf(count));
}

export function find(part: string, text: string, from: Num = num(1)): Num | null {
  const at = start(from);
  const found = at === null ? -1 : place(text, part, at);
  return found < 0 ? null : num(found + 1);
}

export function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

export function substitute(text: Text, old: Text, fresh: Text): Text {
  if (text === null || old === null) return text;
  const grown = occurrences(text, old) * (size(fresh ?? "") - size(old));
  return size(text) + grown > MAX_TEXT ? null : text.split(old).join(fresh ?? "");
}

export function splice(text: Text, from: Num | null, count: Num | null, fresh: Text): Text {
  const at = from === null ? null : start(from);
  if (at === null || count === null) return null;
  const whole = text ?? "";
  return capped(slice(whole, 0, at) + (fresh ?? "") + slice(whole, at + countOf(count)));
}

export function repeat(text: string, times: Num): Text {
  const n = countOf(times);
  return size(text) * n > MAX_TEXT ? null : text.repeat(n);
}

export function padded(text: string, length: Num, fill: string, left: boolean): Text {
  const wanted = countOf(length);
  if (wanted > MAX_TEXT) return null;
  const missing = wanted - size(text);
  if (missing <= 0) return text;
  const filling = slice(fill.repeat(Math.ceil(missing / size(fill))), 0, missing);
  return left ? filling + text : text + filling;
}

export function part(text: string, separator: string, index: Num): Text {
  const at = start(index);
  return at === null ? null : (text.split(separator)[at] ?? null);
}

/** Shows head and tail; a text no longer than both is hidden whole. */
export function mask(text: string, head: Num, tail: Num): string {
  const [length, first, last] = [size(text), countOf(head), countOf(tail)];
  const hidden = length - first - last;
  if (hidden <= 0) return "*".repeat(length);
  return slice(text, 0, first) + "*".repeat(hidden) + slice(text, length - last);
}

export function joined(separator: Text, parts: readonly Text[]): Text {
  return capped(parts.filter((each) => each !== null).join(separator ?? ""));
}

const NUMBER = /^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?$/;

/** A number written as text: 1,234.50, -3, 5%. */
export function written(text: string): Num | null {
  const trimmed = text.replace(/^ +| +$/g, "");
  if (trimmed.length > 100 || !NUMBER.test(trimmed)) return null;
  const plain = trimmed.replace(/,/g, "").replace(/^\+/, "");
  return plain.endsWith("%") ? percent(num(plain.slice(0, -1))) : num(plain);
}

const CAPITALS = "零壹贰叁肆伍陆柒捌玖";
const UNITS = ["仟", "佰", "拾", ""];

/** An amount in Chinese capitals; blank from 1e16 on. */
export function rmb(amount: Num): Text {
  const cents = BigInt(rounded(amount.abs(), 2).times(100).toFixed());
  if (cents >= 10n ** 18n) return null;
  const yuan = cents / 100n;
  const [jiao, fen] = [Number((cents / 10n) % 10n), Number(cents % 10n)];
  let words = yuan ? `${chinese(yuan)}元` : "";
  if (jiao) words += `${CAPITALS[jiao]}角`;
  else if (fen && yuan) words += "零";
  if (fen) words += `${CAPITALS[fen]}分`;
  if (!words) return "零元整";
  return (amount.isNegative() ? "负" : "") + words + (fen ? "" : "整");
}

function chinese(n: bigint): string {
  if (n < 10_000n) return group(Number(n));
  const [unit, name] = n >= 100_000_000n ? [100_000_000n, "亿"] : [10_000n, "万"];
  const low = n % unit;
  const empty = low < unit / 10n || (n / unit) % 10_000n === 0n;
  return chinese(n / unit) + name + (low ? (empty ? "零" : "") + chinese(low) : "");
}

function group(n: number): string {
  let words = "";
  let gap = false;
  UNITS.forEach((unit, at) => {
    const digit = Math.floor(n / 10 ** (3 - at)) % 10;
    if (digit) words += (gap && words ? "零" : "") + CAPITALS[digit] + unit;
    gap = !digit;
  });
  return words;
}
