/** Numbers travel as decimal strings and are shown exactly: no float in between. */
import Decimal from "decimal.js";

import type { Language } from "@/lib/label";

const ROUGH: Record<Language, [string, number][]> = {
  "zh-CN": [
    ["亿", 8],
    ["万", 4],
  ],
  en: [
    ["B", 9],
    ["M", 6],
    ["K", 3],
  ],
};
const SIGNS: Record<string, string> = {
  CNY: "¥",
  USD: "$",
  EUR: "€",
  GBP: "£",
  JPY: "¥",
  HKD: "HK$",
};
const PRECISE = Decimal.clone({ precision: 60, toExpNeg: -40, toExpPos: 40, rounding: 4 });

export interface Shape {
  decimals?: number;
  thousands?: boolean;
}

/** `1234567.5` → `1,234,567.5`; `decimals` rounds and pads. */
export function number(value: string | number, { decimals, thousands = true }: Shape = {}): string {
  const exact = new PRECISE(value);
  const text = decimals == null ? exact.toFixed() : exact.toFixed(decimals);
  if (!thousands) return text;
  const [whole, part] = text.split(".") as [string, string?];
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

/**
 * `12345678` → `1,234.57万` in Chinese, `12.35M` in English; small values in full. `padded` ones
 * stand below each other: `9.80万`. A part of the whole is written with all its decimals: `3,827.20`.
 */
export function rough(
  value: string | number,
  language: Language,
  shape: Shape = {},
  padded = false,
): string {
  const exact = new PRECISE(value);
  const step = ROUGH[language].find(([, power]) => exact.abs().gte(new PRECISE(10).pow(power)));
  if (!step) {
    const short = exact.toDecimalPlaces(shape.decimals ?? 2);
    return number(short.toFixed(), short.isInteger() ? {} : { decimals: shape.decimals ?? 2 });
  }
  const [unit, power] = step;
  const shown = exact.div(new PRECISE(10).pow(power));
  return (padded ? number(shown.toFixed(), { decimals: 2 }) : number(trimmed(shown, 2))) + unit;
}

function trimmed(value: Decimal, decimals: number): string {
  return value.toDecimalPlaces(decimals).toFixed();
}

/** The sign of a currency, or its code. */
export function currencySign(code: string | undefined): string {
  return code ? (SIGNS[code] ?? `${code} `) : "";
}

export function money(value: string | number, currency: string | undefined, text: string): string {
  const minus = new PRECISE(value).isNegative() ? "−" : "";
  return minus + currencySign(currency) + text.replace(/^-/, "");
}

/** A fraction as percent: `0.125` → `12.5%`. */
export function percent(value: string | number, decimals?: number): string {
  const shown = new PRECISE(value).times(100);
  return `${number(shown.toFixed(), { decimals: decimals ?? Math.min(shown.decimalPlaces(), 2) })}%`;
}

/** Seconds: `1:30:00`, `1.5 h` or `2 d`. */
export function duration(seconds: string | number, show = "clock", language: Language): string {
  const exact = new PRECISE(seconds);
  if (show === "hours") return trimmed(exact.div(3600), 2) + (language === "en" ? " h" : " 小时");
  if (show === "days") return trimmed(exact.div(86_400), 2) + (language === "en" ? " d" : " 天");
  const whole = exact.abs().floor().toNumber();
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, ...rest] = parts.map((part) => String(part).padStart(2, "0"));
  return `${exact.isNegative() ? "−" : ""}${Number(hours)}:${rest.join(":")}`;
}

/** Bytes: `1.2 MB`. */
export function bytes(size: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const step = size < 1 ? 0 : Math.min(Math.floor(Math.log(size) / Math.log(1024)), 3);
  return `${trimmed(new PRECISE(size).div(1024 ** step), step ? 1 : 0)} ${units[step]}`;
}
