/** The formats of TEXT and the units of time. */
import { civil, pad } from "./calendar";
import type { Local } from "./moments";
import { rounded, type Num } from "./numbers";

const NUMBER = /^(#,##)?0(?:\.(0{1,10}))?(%)?$/;

/** `#,##0.00`, `0%` …; null for another format. */
export function formatNumber(x: Num, format: string): string | null {
  const found = NUMBER.exec(format);
  if (!found) return null;
  const [, grouped, tail = "", percent] = found;
  const places = tail.length;
  const shown = rounded(percent ? x.times(100) : x, places);
  const [digits = "0", fraction] = shown.abs().toFixed(places).split(".");
  const before = grouped ? digits.replace(/\B(?=(\d{3})+$)/g, ",") : digits;
  const sign = shown.isNegative() && !shown.isZero() ? "-" : "";
  return sign + before + (fraction ? `.${fraction}` : "") + (percent ?? "");
}

/** `yyyy年M月d日 H:mm` … */
export function formatMoment({ date, micro }: Local, format: string): string {
  const { year, month, day } = civil(date);
  const second = Number(micro / 1_000_000n);
  const [hour, minute] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  const shown: Record<string, string> = {
    yyyy: pad(year, 4),
    MM: pad(month, 2),
    M: String(month),
    dd: pad(day, 2),
    d: String(day),
    HH: pad(hour, 2),
    H: String(hour),
    mm: pad(minute, 2),
    ss: pad(second % 60, 2),
  };
  return format.replace(/yyyy|MM|M|dd|d|HH|H|mm|ss/g, (each) => shown[each] ?? each);
}

export type Unit = "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute";

const SPELLINGS: Record<Unit, string[]> = {
  year: ["year", "years", "y", "年"],
  quarter: ["quarter", "quarters", "q", "季度", "季"],
  month: ["month", "months", "m", "月", "个月"],
  week: ["week", "weeks", "w", "周", "星期"],
  day: ["day", "days", "d", "天", "日"],
  hour: ["hour", "hours", "h", "小时", "时"],
  minute: ["minute", "minutes", "min", "分钟", "分"],
};
const UNITS = new Map<string, Unit>();
for (const [unit, spellings] of Object.entries(SPELLINGS)) {
  for (const spelling of spellings) UNITS.set(spelling, unit as Unit);
}

export function timeUnit(text: string): Unit | undefined {
  return UNITS.get(text.normalize("NFKC").toLowerCase().trim());
}

export const MONTHS: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 };
export const SECONDS: Partial<Record<Unit, number>> = { hour: 3600, minute: 60 };
