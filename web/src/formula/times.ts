/** The functions on dates and times that need the zone, the clock or a unit. */
import {
  addMonths,
  makeDate,
  monthsBetween,
  parseDate,
  period,
  weekday,
  type Period,
} from "./calendar";
import { MONTHS, SECONDS, timeUnit } from "./formats";
import { apart, day, later, moment, number, seconds, shifted, text, type Scope } from "./machine";
import { inCalendar } from "./moments";
import { num, type Num } from "./numbers";
import { kindOf, type CallNode, type Tree } from "./tree";
import type { Value } from "./values";

type Call = (args: readonly Tree[], scope: Scope, node: CallNode) => Value;

const unitOf = (node: Tree | undefined) =>
  timeUnit(node?.is === "Literal" ? (node.value ?? "") : "");
const FAR = 10_000_000;

function whole(n: Num): number {
  return n.abs().gt(FAR) ? (n.isNegative() ? -FAR : FAR) : n.trunc().toNumber();
}

const added: Call = ([start, count, unit], scope, node) => {
  const [name, n] = [unitOf(unit), number(count!, scope)];
  if (!name || !n) return null;
  const seconds = SECONDS[name];
  if (seconds) return later(moment(start!, scope), n.times(seconds));
  const timed = kindOf(node) === "datetime";
  const months = MONTHS[name];
  if (months) {
    const from = timed ? moment(start!, scope) : day(start!, scope);
    return from === null ? null : monthsOn(from, whole(n) * months, scope);
  }
  const days = n.trunc().times(name === "week" ? 7 : 1);
  if (timed) return later(moment(start!, scope), days.times(86_400));
  return shifted(day(start!, scope), days);
};

function monthsOn(from: number | bigint, months: number, { world }: Scope): Value {
  if (typeof from === "number") return addMonths(from, months);
  const local = world.zone.local(from);
  const date = addMonths(local.date, months);
  return date === null ? null : inCalendar(world.zone.moment({ date, micro: local.micro }));
}

const difference: Call = ([start, end, unit], scope) => {
  const name = unitOf(unit);
  if (!name) return null;
  const seconds_ = SECONDS[name];
  if (seconds_) {
    const [from, to] = [moment(start!, scope), moment(end!, scope)];
    return from === null || to === null ? null : seconds(to - from).divToInt(seconds_);
  }
  const [from, to] = [day(start!, scope), day(end!, scope)];
  if (from === null || to === null) return null;
  const months = MONTHS[name];
  if (months) return quotient(monthsBetween(from, to), months);
  return quotient(to - from, name === "week" ? 7 : 1);
};

function quotient(n: number, size: number): Num {
  return num(Math.trunc(n / size));
}

const age: Call = ([birthday, on], scope) => {
  const from = day(birthday!, scope);
  const to = on ? day(on, scope) : scope.world.today;
  return from === null || to === null ? null : quotient(monthsBetween(from, to), 12);
};

const within: Call = ([item, count], scope, node) => {
  const [first, last] = days(node.name, count, scope);
  if (first === null || last === null) return false;
  if (kindOf(item!) !== "datetime") {
    const date = day(item!, scope);
    return date !== null && first <= date && date <= last;
  }
  const { zone } = scope.world;
  const got = moment(item!, scope);
  const [from, to] = [zone.midnight(first), zone.midnight(last + 1)];
  return got !== null && from !== null && to !== null && from <= got && got < to;
};

/** The first and the last day that ISTODAY, THISWEEK, LASTDAYS … mean. */
function days(name: string, count: Tree | undefined, scope: Scope): [number | null, number | null] {
  const { today } = scope.world;
  if (name === "ISTODAY") return [today, today];
  if (!count) return period(name.slice(4).toLowerCase() as Period, today);
  const less = number(count, scope)?.trunc().minus(1) ?? null;
  if (name === "LASTDAYS") return [shifted(today, less && less.negated()), today];
  return [today, shifted(today, less)];
}

const dateTime: Call = (args, scope) => {
  const given = args.map((arg) => number(arg, scope));
  if (given.includes(null)) return null;
  const [year, month, date, hour = num(0), minute = num(0), second = num(0)] = given as Num[];
  const made = makeDate(whole(year!), whole(month!), whole(date!));
  const start = made === null ? null : scope.world.zone.midnight(made);
  if (hour.abs().gt(80_000_000) || minute.abs().gt(4_800_000_000)) return null;
  return later(start, hour.trunc().times(3600).plus(minute.trunc().times(60)).plus(second));
};

const dayOfWeek: Call = ([item, way], scope) => {
  const date = day(item!, scope);
  if (date === null) return null;
  const place = weekday(date);
  const written = way?.is === "Literal" ? way.value : "1";
  if (written === "2") return num(place);
  return num(written === "3" ? place - 1 : (place % 7) + 1);
};

const hours =
  (unit: number): Call =>
  ([start, end], scope) =>
    apart(moment(start!, scope), moment(end!, scope), unit);

const WITHIN = ["ISTODAY", "THISWEEK", "THISMONTH", "THISQUARTER", "THISYEAR"];

export const DATED: Record<string, Call> = {
  TODAY: (_, { world }) => world.today,
  NOW: (_, { world }) => world.now,
  DATEADD: added,
  DATEDIF: difference,
  AGE: age,
  HOURSBETWEEN: hours(3600),
  MINUTESBETWEEN: hours(60),
  ...Object.fromEntries([...WITHIN, "LASTDAYS", "NEXTDAYS"].map((name) => [name, within])),
  DATETIME: dateTime,
  DATEVALUE: ([item], scope) =>
    kindOf(item!) === "text" ? parseDate(text(item!, scope)) : day(item!, scope),
  WEEKDAY: dayOfWeek,
};
