/** The functions that need nothing but their arguments. */
import {
  addDays,
  addMonths,
  civil,
  isoWeek,
  lengthOfMonth,
  makeDate,
  pad,
  period,
  weekStart,
  weekday,
} from "./calendar";
import type { Local } from "./moments";
import * as n from "./numbers";
import type { Num } from "./numbers";
import * as t from "./texts";
import type { Text } from "./texts";
import type { Value } from "./values";

/** n number · s text · d local date · l local time; the last letter repeats. */
export interface Plain {
  letters: string;
  /** Blank when any argument is. */
  strict: boolean;
  run: (...args: never[]) => Value;
}

const EMAIL = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$/;
const MOBILE = /^1[3-9][0-9]{9}$/;
const FAR = 1e7;

/** A whole number of days or months; beyond every calendar it only has to stay so. */
function whole(x: Num): number {
  return x.abs().gt(FAR) ? (x.isNegative() ? -FAR : FAR) : x.trunc().toNumber();
}

const edge = (unit: "month" | "quarter" | "year", side: 0 | 1) => (date: number) =>
  period(unit, date)[side];
const second = (local: Local) => Number(local.micro / 1_000_000n);
const flat = (text: Text) => text && t.lower(text);

function monthEnd(date: number, months: Num): number | null {
  const moved = addMonths(date - civil(date).day + 1, whole(months));
  if (moved === null) return null;
  const { year, month } = civil(moved);
  return moved + lengthOfMonth(year, month) - 1;
}

const numbers: Record<string, (...args: Num[]) => Value> = {
  ABS: (x) => x!.abs(),
  SIGN: (x) => n.num(x!.isZero() ? 0 : x!.isNegative() ? -1 : 1),
  ROUND: (x, places = n.ZERO) => n.rounded(x!, n.placesOf(places)),
  ROUNDUP: (x, places = n.ZERO) => n.roundUp(x!, n.placesOf(places)),
  ROUNDDOWN: (x, places = n.ZERO) => n.cut(x!, n.placesOf(places)),
  INT: (x) => x!.floor(),
  CEILING: (x, step = n.ONE) => n.multiple(x!, step, "ceiling"),
  FLOOR: (x, step = n.ONE) => n.multiple(x!, step, "floor"),
  MROUND: (x, step) => n.multiple(x!, step!, "nearest"),
  MOD: (x, y) => n.modulo(x!, y!),
  QUOTIENT: (x, y) => (y!.isZero() ? null : x!.divToInt(y!)),
  POWER: (x, y) => n.power(x!, y!),
  SQRT: (x) => n.root(x!),
  EXP: (x) => n.exp(x!),
  LN: (x) => n.ln(x!),
  LOG: (x, base) => n.log(x!, base),
  LOG10: (x) => n.log(x!),
  PI: () => n.num("3.14159265358979"),
  EVEN: (x) => n.toParity(x!, 0),
  ODD: (x) => n.toParity(x!, 1),
  ISEVEN: (x) => x!.trunc().mod(2).isZero(),
  ISODD: (x) => !x!.trunc().mod(2).isZero(),
  CLAMP: (x, low, high) => {
    const raised = x!.lt(low!) ? low! : x!;
    return raised.gt(high!) ? high! : raised;
  },
  RMB: (x) => t.rmb(x!),
  DATE: (y, m, d) => makeDate(whole(y!), whole(m!), whole(d!)),
};

const texts: Record<string, (...args: string[]) => Value> = {
  UPPER: (text) => t.upper(text!),
  LOWER: (text) => t.lower(text!),
  TRIM: (text) => text!.replace(/[ \t\n\r\u00a0\u3000]+/g, " ").replace(/^ | $/g, ""),
  CLEAN: (text) => text!.replace(/[\x01-\x1f\x7f]/g, ""),
  CONTAINS: (text, part) => text!.includes(part!),
  STARTSWITH: (text, part) => text!.startsWith(part!),
  ENDSWITH: (text, part) => text!.endsWith(part!),
  VALUE: (text) => t.written(text!),
  BEFORE: (text, mark) => (text!.includes(mark!) ? text!.split(mark!)[0]! : null),
  AFTER: (text, mark) => {
    const at = text!.indexOf(mark!);
    return at < 0 ? null : text!.slice(at + mark!.length);
  },
  DIGITS: (text) => text!.replace(/[^0-9]/g, ""),
  REVERSE: (text) => [...text!].reverse().join(""),
  COUNTTEXT: (text, part) => n.num(t.occurrences(text!, part!)),
  ISNUMBER: (text) => t.written(text!) !== null,
  ISEMAIL: (text) => EMAIL.test(text!),
  ISMOBILE: (text) => MOBILE.test(text!),
  NEWLINE: () => "\n",
};

const dates: Record<string, (date: number) => Value> = {
  YEAR: (date) => n.num(civil(date).year),
  MONTH: (date) => n.num(civil(date).month),
  DAY: (date) => n.num(civil(date).day),
  QUARTER: (date) => n.num(Math.ceil(civil(date).month / 3)),
  ISOWEEKNUM: (date) => n.num(isoWeek(date)),
  WEEKSTART: weekStart,
  WEEKEND: (date) => addDays(date, 7 - weekday(date)),
  MONTHSTART: edge("month", 0),
  MONTHEND: edge("month", 1),
  QUARTERSTART: edge("quarter", 0),
  QUARTEREND: edge("quarter", 1),
  YEARSTART: edge("year", 0),
  YEAREND: edge("year", 1),
  DAYSINMONTH: (date) => n.num(lengthOfMonth(civil(date).year, civil(date).month)),
  ISWEEKEND: (date) => weekday(date) >= 6,
  YEARMONTH: (date) => `${pad(civil(date).year, 4)}-${pad(civil(date).month, 2)}`,
};

const times: Record<string, (local: Local) => Value> = {
  HOUR: (local) => n.num(Math.floor(second(local) / 3600)),
  MINUTE: (local) => n.num(Math.floor(second(local) / 60) % 60),
  SECOND: (local) => n.num(second(local) % 60),
};

const mixed: Record<string, Plain> = {
  LEFT: row("sn", (text: string, count = n.ONE) => t.slice(text, 0, n.countOf(count))),
  RIGHT: row("sn", (text: string, count = n.ONE) =>
    t.slice(text, Math.max(0, t.size(text) - n.countOf(count))),
  ),
  MID: row("snn", t.mid),
  FIND: row("ssn", t.find),
  SEARCH: row("ssn", (part: string, text: string, from?: Num) =>
    t.find(t.lower(part), t.lower(text), from),
  ),
  REPT: row("sn", t.repeat),
  PADLEFT: row("sns", (text: string, to: Num, fill = "0") => t.padded(text, to, fill, true)),
  PADRIGHT: row("sns", (text: string, to: Num, fill = "0") => t.padded(text, to, fill, false)),
  SPLIT: row("ssn", t.part),
  MASK: row("snn", t.mask),
  EDATE: row("dn", (date: number, months: Num) => addMonths(date, whole(months))),
  EOMONTH: row("dn", monthEnd),
  DAYS: row("d", (end: number, start: number) => n.num(end - start)),
  LEN: row("s", (text: Text) => n.num(t.size(text ?? "")), false),
  TEXTJOIN: row("s", (separator: Text, ...parts: Text[]) => t.joined(separator, parts), false),
  SUBSTITUTE: row("s", t.substitute, false),
  REPLACE: row("snns", t.splice, false),
  EXACT: row("s", (a: Text, b: Text) => a === b, false),
  SAMETEXT: row("s", (a: Text, b: Text) => flat(a) === flat(b), false),
};

function row(letters: string, run: Plain["run"], strict = true): Plain {
  return { letters, strict, run };
}

function table(letters: string, made: Record<string, Plain["run"]>): [string, Plain][] {
  return Object.entries(made).map(([name, run]) => [name, row(letters, run)]);
}

export const PLAIN: ReadonlyMap<string, Plain> = new Map([
  ...table("n", numbers),
  ...table("s", texts),
  ...table("d", dates),
  ...table("l", times),
  ...Object.entries(mixed),
]);
