/** Names of kinds, said of many. */
import { expect, test } from "vitest";

import { plural, within } from "./plural";

test.each([
  ["Opportunity", "Opportunities"],
  ["Lead", "Leads"],
  ["Tax", "Taxes"],
  ["Batch", "Batches"],
  ["Survey", "Surveys"],
  ["客户", "客户"],
])("many of %s are %s", (one, many) => {
  expect(plural(one)).toBe(many);
});

test.each([
  ["Opportunities", "opportunities"],
  ["VIP accounts", "VIP accounts"],
  ["Win probability", "win probability"],
  ["客户", "客户"],
])("in a sentence %s is %s", (name, said) => {
  expect(within(name)).toBe(said);
});
