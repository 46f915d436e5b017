/** What people type, read as the server reads it. */
import { expect, test } from "vitest";

import { readDay, readMoment } from "./days";
import { readDuration, readNumber } from "./typed";

test.each([
  ["1,234.50", "1234.5"],
  ["￥3.2万", "32000"],
  ["1.5亿元", "150000000"],
  ["12%", "0.12"],
  ["(500)", "-500"],
  ["-0", "0"],
  ["12345678901234567890.123456789012", "12345678901234567890.123456789012"],
  [".5", "0.5"],
  ["１２３", "123"],
  ["5k", "5000"],
])("%s is the number %s", (text, value) => expect(readNumber(text)).toBe(value));

test.each(["", ".", "abc", "1,23", "1e5x", "123456789012345678901", "(5"])(
  "%s is no number",
  (text) => expect(readNumber(text)).toBeNull(),
);

test.each([
  ["1:30:00", 5400],
  ["1:30", 5400],
  ["90分钟", 5400],
  ["2天3小时", 183_600],
  ["1.5h", 5400],
  ["-0:30", -1800],
  ["45", 45],
])("%s lasts %d s", (text, seconds) => expect(readDuration(text)).toBe(seconds));

test.each(["", "h", "1.2.3h", "abc"])("%s is no length of time", (text) =>
  expect(readDuration(text)).toBeNull(),
);

// A Thursday.
const TODAY = "2026-01-29";

test.each([
  ["今天", "2026-01-29"],
  ["后天", "2026-01-31"],
  ["下周一", "2026-02-02"],
  ["周日", "2026-02-01"],
  ["上周五", "2026-01-23"],
  ["next mon", "2026-02-02"],
  ["3天后", "2026-02-01"],
  ["2周前", "2026-01-15"],
  ["1个月后", "2026-02-28"],
  ["月底", "2026-01-31"],
  ["8月5日", "2026-08-05"],
  ["下月5号", "2026-02-05"],
  ["2026年3月1日", "2026-03-01"],
  ["20260301", "2026-03-01"],
  ["2026/3/1", "2026-03-01"],
])("%s is %s", (text, day) => expect(readDay(text, TODAY)).toBe(day));

test.each(["", "2月30日", "2026-13-01", "someday", "下周八"])("%s is no day", (text) =>
  expect(readDay(text, TODAY)).toBeNull(),
);

test.each([
  ["明天 15:30", "2026-01-30T15:30"],
  ["明天 下午3点半", "2026-01-30T15:30"],
  ["9点", "2026-01-29T09:00"],
  ["2026-01-31", "2026-01-31T00:00"],
  ["2026-01-31 09:05", "2026-01-31T09:05"],
])("%s is the moment %s", (text, moment) => expect(readMoment(text, TODAY)).toBe(moment));
