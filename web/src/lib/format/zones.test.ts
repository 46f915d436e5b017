/** Local times of a zone whose clocks are put forward and back. */
import { afterEach, expect, test } from "vitest";

import { day, exactInstant, instantOf, moment, showIn, today } from "./dates";

afterEach(() => showIn("Asia/Shanghai"));

test.each([
  ["Asia/Shanghai", "2026-07-01T09:30", "2026-07-01T01:30:00Z"],
  ["America/New_York", "2026-03-07T09:00", "2026-03-07T14:00:00Z"],
  ["America/New_York", "2026-03-09T09:00", "2026-03-09T13:00:00Z"],
  ["America/New_York", "2026-11-02T09:00", "2026-11-02T14:00:00Z"],
  ["Asia/Kolkata", "2026-01-01T00:00", "2025-12-31T18:30:00Z"],
])("in %s, %s is %s and reads so", (zone, local, instant) => {
  showIn(zone);
  expect(instantOf(local)).toBe(instant);
  expect(exactInstant(instant)).toBe(local.replace("T", " "));
});

test("an hour that is left out is the one after it, one that comes twice is the later", () => {
  showIn("America/New_York");
  expect(exactInstant(instantOf("2026-03-08T02:30")!)).toBe("2026-03-08 03:30");
  expect(instantOf("2026-11-01T01:30")).toBe("2026-11-01T06:30:00Z");
  expect(moment("2026-11-01T05:30:00Z")).toEqual({ date: "2026-11-01", time: "01:30" });
});

test("which day and which year it is depends on the zone", () => {
  const night = new Date("2026-01-01T02:00:00Z");
  expect(today(night)).toBe("2026-01-01");
  showIn("America/New_York");
  expect(today(night)).toBe("2025-12-31");
  expect(day("2026-01-01", "zh-CN", night)).toBe("2026-01-01");
  expect(day("2025-12-31", "zh-CN", night)).toBe("12月31日");
});

test("what is no instant stays as it is", () => {
  expect(exactInstant("soon")).toBe("soon");
  expect(instantOf("soon")).toBeNull();
});
