/** Days and instants as people say them. Instants are shown in the workspace's zone. */
import type { Language } from "@/lib/label";

let zone = "Asia/Shanghai";

/** Instants are shown in this zone from now on: the workspace's, wherever the reader is. */
export function showIn(workspaceZone: string): void {
  zone = workspaceZone;
}

const SECOND = 1000;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60 * SECOND],
  ["hour", 3600 * SECOND],
  ["day", 86_400 * SECOND],
];

/** `2026-01-31` → `1月31日` this year, `2025-01-31` otherwise. */
export function day(iso: string, language: Language, now: Date = new Date()): string {
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number) as [number, number, number];
  if (year !== now.getFullYear()) return iso.slice(0, 10);
  if (language === "zh-CN") return `${month}月${date}日`;
  const at = new Date(Date.UTC(year, month - 1, date));
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** A day with its weekday: `11月22日 星期日`. */
export function longDay(at: Date, language: Language): string {
  const locale = language === "zh-CN" ? "zh-CN" : "en-GB";
  const part = (options: Intl.DateTimeFormatOptions) =>
    at.toLocaleDateString(locale, { ...options, timeZone: zone });
  return `${part({ month: "long", day: "numeric" })} ${part({ weekday: "long" })}`;
}

/** The parts of an instant in the zone: `2026-01-31` and `09:30`. */
export function moment(iso: string): { date: string; time: string } {
  const at = new Date(iso);
  // Swedish dates are ISO dates.
  const date = at.toLocaleDateString("sv-SE", { timeZone: zone });
  const time = at.toLocaleTimeString("sv-SE", { timeZone: zone, timeStyle: "short" });
  return { date, time };
}

/** An instant: day and time. */
export function instant(iso: string, language: Language, now: Date = new Date()): string {
  const { date, time } = moment(iso);
  return `${day(date, language, now)} ${time}`;
}

/** The exact instant, for a tip. */
export function exactInstant(iso: string): string {
  const { date, time } = moment(iso);
  return `${date} ${time}`;
}

/** `3 分钟前`, `昨天`; after a week the day itself. */
export function ago(iso: string, language: Language, now: Date = new Date()): string {
  const past = new Date(iso).getTime() - now.getTime();
  const size = Math.abs(past);
  if (size > 7 * 86_400 * SECOND) return day(moment(iso).date, language, now);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (size < 60 * SECOND) return language === "zh-CN" ? "刚刚" : "just now";
  const [unit, length] = STEPS.filter(([, each]) => size >= each).at(-1)!;
  return words.format(Math.trunc(past / length), unit);
}
