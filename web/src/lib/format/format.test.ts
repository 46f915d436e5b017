/** Amounts, days and times as people read them. */
import { expect, test } from "vitest";

import { uuid7 } from "../uuid";
import { ago, day, instant, longDay } from "./dates";
import { bytes, duration, money, number, percent, rough } from "./numbers";

test.each([
  ["1234567.5", {}, "1,234,567.5"],
  ["1234567.5", { thousands: false }, "1234567.5"],
  ["0.1", { decimals: 2 }, "0.10"],
  ["-1234.005", { decimals: 2 }, "-1,234.01"],
  ["12345678901234567890.123456789012", {}, "12,345,678,901,234,567,890.123456789012"],
])("number %s %o", (value, shape, shown) => {
  expect(number(value, shape)).toBe(shown);
});

test.each([
  ["9999.99", "9,999.99", "10K"],
  ["98000", "9.8万", "98K"],
  ["123456789", "1.23亿", "123.46M"],
  ["-5000000000", "-50亿", "-5B"],
  ["0", "0", "0"],
])("rough %s", (value, chinese, english) => {
  expect(rough(value, "zh-CN")).toBe(chinese);
  expect(rough(value, "en")).toBe(english);
});

test("what stands below each other has the same decimals", () => {
  expect(rough("98000", "zh-CN", {}, true)).toBe("9.80万");
  expect(rough("5000000000", "en", {}, true)).toBe("5.00B");
  expect(rough("5780", "zh-CN", {}, true)).toBe("5,780");
  expect(rough("3827.2", "zh-CN")).toBe("3,827.20");
});

test("a long day is said as each language says it", () => {
  const sunday = new Date("2026-11-22T04:00:00Z");
  expect(longDay(sunday, "zh-CN")).toBe("11月22日 星期日");
  expect(longDay(sunday, "en")).toBe("Sunday, 22 November");
});

test("money carries its sign in front of the currency", () => {
  expect(money("-98000", "CNY", rough("-98000", "zh-CN"))).toBe("−¥9.8万");
  expect(money("5", "SGD", "5")).toBe("SGD 5");
});

test("percent is the fraction times one hundred, exactly", () => {
  expect(percent("0.755")).toBe("75.5%");
  expect(percent("0.57")).toBe("57%");
  expect(percent("0.33333333333333333333")).toBe("33.33%");
});

test("durations", () => {
  expect(duration(5400, "clock", "en")).toBe("1:30:00");
  expect(duration("-61", "clock", "en")).toBe("−0:01:01");
  expect(duration(5400, "hours", "zh-CN")).toBe("1.5 小时");
  expect(duration(183_600, "days", "en")).toBe("2.13 d");
});

test("bytes", () => {
  expect([bytes(0), bytes(1023), bytes(1536), bytes(5 * 1024 ** 4)]).toEqual([
    "0 B",
    "1023 B",
    "1.5 KB",
    "5120 GB",
  ]);
});

const NOW = new Date("2026-06-15T04:00:00Z");

test("days leave out what is known", () => {
  expect(day("2026-01-31", "zh-CN", NOW)).toBe("1月31日");
  expect(day("2026-01-31", "en", NOW)).toBe("31 Jan");
  expect(day("2025-12-31", "zh-CN", NOW)).toBe("2025-12-31");
});

test("instants are shown in China time until the workspace says otherwise", () => {
  expect(instant("2026-01-30T23:30:00+00:00", "zh-CN", NOW)).toBe("1月31日 07:30");
});

test("what is near is told by its distance", () => {
  expect(ago("2026-06-15T03:57:00Z", "zh-CN", NOW)).toBe("3分钟前");
  expect(ago("2026-06-14T04:00:00Z", "zh-CN", NOW)).toBe("昨天");
  expect(ago("2026-06-15T03:59:30Z", "en", NOW)).toBe("just now");
  expect(ago("2026-05-01T00:00:00Z", "en", NOW)).toBe("1 May");
});

test("record ids are UUIDv7 and follow time", () => {
  const first = uuid7(1_700_000_000_000);
  expect(first).toMatch(/^018bcfe5-6800-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(uuid7(1_700_000_000_001) > first).toBe(true);
});
