/** A filter and the server's row say the same, both ways. */
import { expect, test } from "vitest";

import { SHOWN } from "./samples";

import { askedOf, operatorsOf, rowOf, type AskedRow } from "./asked";

const field = (type: string) => SHOWN.find((each) => each.field.type === type)!.field;
const ROWS: [type: string, row: AskedRow][] = [
  ["select", { field: "select", op: "=", value: "new" }],
  ["select", { field: "select", op: "<>", value: "new" }],
  ["select", { field: "select", op: "in", value: ["new", "won"] }],
  ["select", { field: "select", op: "in", value: ["new", "won"], not: true }],
  ["member", { field: "member", op: "=", value: { me: true } }],
  ["member", { field: "member", op: "ISMYTEAM" }],
  ["team", { field: "team", op: "ISMYTEAM", not: true }],
  ["text", { field: "text", op: "CONTAINS", value: "科技", not: true }],
  ["number", { field: "number", op: ">", value: "5", not: true }],
  ["date", { field: "date", op: "LASTDAYS", value: "30" }],
  ["date", { field: "date", op: "THISMONTH" }],
  ["tags", { field: "tags", op: "HASALL", value: ["重点", "展会"] }],
  ["boolean", { field: "boolean", op: "is", not: true }],
];

test.each(ROWS)("%s %j comes back as it was", (type, row) => {
  const { operator, value } = askedOf(field(type), row);
  expect(rowOf(field(type), operator, value)).toEqual(row);
});

test("one value stands in a list of one, an opposite has its own operator", () => {
  const one = { field: "select", op: "<>", value: "new" };
  expect(askedOf(field("select"), one)).toEqual({ operator: "not in", value: ["new"] });
  const none = { field: "tags", op: "HASANY", value: ["a"], not: true };
  expect(askedOf(field("tags"), none)).toEqual({ operator: "HASNONE", value: ["a"] });
});

test("several references are asked as lists", () => {
  expect(operatorsOf({ ...field("reference"), many: true })[0]).toBe("HASANY");
  expect(operatorsOf(field("reference"))[0]).toBe("in");
});
