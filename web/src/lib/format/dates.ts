/** Days and instants as people say them, in the workspace's zone: the one place that converts. */
import { momentText, parseMoment, zoneOf } from "@/formula/moments";
import type { Language } from "@/lib/label";

let zone = zoneOf("Asia/Shanghai");

/** Instants are shown and typed in this zone from now on: the workspace's, wherever the reader is. */
export function showIn(workspaceZone: string): void {
  zone = zoneOf(workspaceZone);
}

/** The IANA name of the workspace's zone. */
export function shownZone(): string {
  return zone.name;
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
  if (year !== Number(today(now).slice(0, 4))) return iso.slice(0, 10);
  if (language === "zh-CN") return `${month}月${date}日`;
  const at = new Date(Date.UTC(year, month - 1, date));
  // The British short form of September has four letters.
  return `${date} ${at.toLocaleDateString("en-US", { month: "short", timeZone: "UTC" })}`;
}

/** A day with its weekday: `11月22日 星期日`, `Sunday, 22 November`. */
export function longDay(at: Date, language: Language): string {
  const locale = language === "zh-CN" ? "zh-CN" : "en-GB";
  const part = (options: Intl.DateTimeFormatOptions) =>
    at.toLocaleDateString(locale, { ...options, timeZone: zone.name });
  const [date, weekday] = [part({ month: "long", day: "numeric" }), part({ weekday: "long" })];
  return language === "zh-CN" ? `${date} ${weekday}` : `${weekday}, ${date}`;
}

/** The parts of an instant in the zone: `2026-01-31` and `09:30`. */
export function moment(iso: string): { date: string; time: string } {
  const at = parseMoment(iso, zone);
  const [date = iso, time = ""] = at === null ? [] : zone.text(at).split(" ");
  return { date, time };
}

/** A local time of the zone, `2026-01-31T09:30`, as it travels; null for what is none. */
export function instantOf(local: string): string | null {
  const at = parseMoment(local, zone);
  return at === null ? null : momentText(at);
}

/** The day it is in the zone. */
export function today(now: Date = new Date()): string {
  return moment(now.toISOString()).date;
}

/** An instant: day and time. */
export function instant(iso: string, language: Language, now: Date = new Date()): string {
  const { date, time } = moment(iso);
  return `${day(date, language, now)} ${time}`;
}

/** The exact instant, for a tip. */
export function exactInstant(iso: string): string {
  const { date, time } = moment(iso);
  return time ? `${date} ${time}` : date;
}

/** `3 分钟前`, `昨天`; after a week the day itself. */
export function ago(iso: string, language: Language, now: Date = new Date()): string {
  const past = new Date(iso).getTime() - now.getTime();
  const size = Math.abs(past);
  if (size > 7 * 86_400 * SECOND) return day(moment(iso).date, language, now);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
  if (size < 60 * SECOND) return language === "zh-CN" ? "刚刚" : "just now";
  const [unit, length] = STEPS.filter(([, each]) => size >= each).at(-1)!;
  return words.format(Math.trunc(past / length), unit);
}
