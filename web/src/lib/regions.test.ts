/** Names of districts, and how they are found by what is typed. */
import { expect, test } from "vitest";

import { isMeant, isUnnamed, readRegions, regionName } from "./regions";

test("districts are named by the server's own table", async () => {
  const regions = await readRegions();
  expect(regionName(regions, "310115")).toBe("上海市 浦东新区");
  expect(regionName(regions, "440305")).toBe("广东省 深圳市 南山区");
  expect(regionName(regions, "330199")).toBe("浙江省 杭州市");
  expect(isUnnamed(regions, "3101")).toBe(true);
  expect(isUnnamed(regions, "4403")).toBe(false);
});

test.each([
  ["上海浦东", true],
  ["上海市 浦东新区", true],
  ["浦东", true],
  ["浦西", false],
])("%s finds 上海市浦东新区: %s", (typed, found) => {
  expect(isMeant(["上海市", "浦东新区"], typed)).toBe(found);
});
