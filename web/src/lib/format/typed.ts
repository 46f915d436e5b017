/** What people type as numbers and lengths of time, read as the server reads it. */
import Decimal from "decimal.js";

const Exact = Decimal.clone({ precision: 80, toExpNeg: -60, toExpPos: 60 });
const WRITTEN = new RegExp(
  "^(\\()?\\s*([+-])?\\s*(?:[¥$€£]|CNY|RMB|USD|EUR)?\\s*([+-])?" +
    "(\\d{1,3}(?:,\\d{3})+|\\d+)?(\\.\\d*)?" +
    "\\s*(千|万|百万|千万|亿|万亿|k|m)?\\s*(?:元|圆)?\\s*([%‰])?\\s*(\\))?$",
  "i",
);
const UNITS: Record<string, number> = {
  千: 3,
  k: 3,
  万: 4,
  百万: 6,
  m: 6,
  千万: 7,
  亿: 8,
  万亿: 12,
};
const SHARES: Record<string, number> = { "%": -2, "‰": -3 };
const WHOLE_DIGITS = 20;
const LONGEST = 60;

/** `￥3.2万` → `32000`, `12%` → `0.12`; null for what is no number. Exact: no float in between. */
export function readNumber(text: string): string | null {
  const plain = text.normalize("NFKC").trim().replace(/−/g, "-");
  const match = plain.length <= LONGEST ? WRITTEN.exec(plain) : null;
  const scaled = match && scaledOf(match);
  if (!scaled || scaled.gte(new Exact(10).pow(WHOLE_DIGITS))) return null;
  const [, open, sign, inner] = match;
  const turned = [open, sign === "-", inner === "-"].filter(Boolean).length % 2;
  return `${turned && !scaled.isZero() ? "-" : ""}${scaled.toFixed()}`;
}

/** The size of what was matched; null without a digit, or with one bracket only. */
function scaledOf(match: RegExpExecArray): Decimal | null {
  const [, open, , , digits = "", rest = "", unit, share, close] = match;
  const written = digits.replace(/,/g, "") + (rest === "." ? "" : rest);
  if (!written || Boolean(open) !== Boolean(close)) return null;
  const value = new Exact(digits ? written : `0${written}`);
  return value.times(new Exact(10).pow(powerOf(unit, share)));
}

function powerOf(unit = "", share = ""): number {
  return (UNITS[unit.toLowerCase()] ?? 0) + (SHARES[share] ?? 0);
}

const LENGTH =
  /^(-)?(?:([\d.]+)\s*(?:天|日|d|days?))?\s*(?:([\d.]+)\s*(?:个?小时|时|h|hours?|hrs?))?\s*(?:([\d.]+)\s*(?:分钟|分|m|min|minutes?))?\s*(?:(\d+)\s*(?:秒钟|秒|s|sec|seconds?))?$/i;
const CLOCK = /^(-)?(\d{1,7}):([0-5]?\d)(?::([0-5]?\d))?$/;

/** `1:30:00`, `90分钟`, `2天3小时`, or seconds → seconds; null for anything else. */
export function readDuration(text: string): number | null {
  const plain = text.normalize("NFKC").trim().replace(/−/g, "-");
  const clock = CLOCK.exec(plain);
  if (clock) {
    const [, minus, hours, minutes, seconds = "0"] = clock;
    return signed(minus, Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  }
  if (/^-?\d{1,10}$/.test(plain)) return Number(plain);
  const match = LENGTH.exec(plain);
  if (!match || !match.slice(2).some(Boolean)) return null;
  const [, minus, ...parts] = match;
  const steps = [86_400, 3_600, 60, 1];
  const total = parts.reduce((sum, part, at) => sum.plus(times(part, steps[at]!)), new Exact(0));
  return total.isInteger() ? signed(minus, total.toNumber()) : null;
}

function times(part: string | undefined, step: number): Decimal {
  if (part == null) return new Exact(0);
  return new Exact(/^\d+(\.\d+)?$/.test(part) ? part : NaN).times(step);
}

function signed(minus: string | undefined, seconds: number): number {
  return minus && seconds ? -seconds : seconds;
}
