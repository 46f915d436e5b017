/** Days of the years 1 to 9999 as numbers (0 is 1970-01-01); outside is blank. */

export interface Civil {
  year: number;
  month: number;
  day: number;
}

const FIRST_MONTH = 12;
const LAST_MONTH = 119_999;

/** The day of a date; months and days must exist. */
export function dayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const inEra = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + inEra - 719_468;
}

export function civil(date: number): Civil {
  const z = date + 719_468;
  const era = Math.floor(z / 146_097);
  const inEra = z - era * 146_097;
  const ofEra = Math.floor(
    (inEra - Math.floor(inEra / 1_460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) /
      365,
  );
  const ofYear = inEra - (365 * ofEra + Math.floor(ofEra / 4) - Math.floor(ofEra / 100));
  const place = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * place + 2) / 5) + 1;
  const month = place < 10 ? place + 3 : place - 9;
  return { year: ofEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export const FIRST_DAY = dayOf(1, 1, 1);
export const LAST_DAY = dayOf(9999, 12, 31);

export function pad(value: number, size: number): string {
  return String(value).padStart(size, "0");
}

export function dateText(date: number): string {
  const { year, month, day } = civil(date);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

export function lengthOfMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** `n` is whole, or beyond every calendar. */
export function addDays(date: number, n: number): number | null {
  const moved = date + n;
  return moved < FIRST_DAY || moved > LAST_DAY ? null : moved;
}

/** The same day some months on, cut at the month's end. */
export function addMonths(date: number, n: number): number | null {
  const { year, month, day } = civil(date);
  const months = year * 12 + month - 1 + n;
  if (!(months >= FIRST_MONTH && months <= LAST_MONTH)) return null;
  const [y, m] = [Math.floor(months / 12), (months % 12) + 1];
  return dayOf(y, m, Math.min(day, lengthOfMonth(y, m)));
}

/** A date from whole parts; months and days may run over. */
export function makeDate(year: number, month: number, day: number): number | null {
  if (Math.abs(year) > 20_000 || Math.abs(month) > 200_000) return null;
  const months = year * 12 + month - 1;
  if (months < FIRST_MONTH || months > LAST_MONTH) return null;
  return addDays(dayOf(Math.floor(months / 12), (months % 12) + 1, 1), day - 1);
}

const WRITTEN = /^ *([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( [0-9:]{4,8})? *$/;

/** 2025-01-31, also with / or . and single digits. */
export function parseDate(text: string | null): number | null {
  const found = WRITTEN.exec(text ?? "");
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (year < 1 || month < 1 || month > 12) return null;
  return day < 1 || day > lengthOfMonth(year, month) ? null : dayOf(year, month, day);
}

/** Whole months from a to b, negative backwards. */
export function monthsBetween(a: number, b: number): number {
  if (b < a) return 0 - monthsBetween(b, a);
  const [from, to] = [civil(a), civil(b)];
  const months = (to.year - from.year) * 12 + to.month - from.month;
  return months - (to.day < from.day ? 1 : 0);
}

/** Monday is 1, Sunday 7. */
export function weekday(date: number): number {
  return ((((date + 3) % 7) + 7) % 7) + 1;
}

export function weekStart(date: number): number | null {
  return addDays(date, 1 - weekday(date));
}

export type Period = "week" | "month" | "quarter" | "year";

/** First and last day of the period a day lies in. */
export function period(unit: Period, date: number): [number | null, number | null] {
  if (unit === "week") {
    const monday = date + 1 - weekday(date);
    return [addDays(monday, 0), addDays(monday, 6)];
  }
  const { year, month } = civil(date);
  const length = { month: 1, quarter: 3, year: 12 }[unit];
  const first = month - ((month - 1) % length);
  const last = first + length - 1;
  return [dayOf(year, first, 1), dayOf(year, last, lengthOfMonth(year, last))];
}

export function isoWeek(date: number): number {
  const thursday = date + 4 - weekday(date);
  const { year } = civil(thursday);
  return Math.floor((thursday - dayOf(year, 1, 1)) / 7) + 1;
}
