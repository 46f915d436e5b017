/** New rows of a filter. */
import type { Condition } from "@/api/conditions";
import type { FieldMeta } from "@/api/types";
import { operatorsOf, rowOf } from "@/fields/asked";

/** What is asked of a field first, its value still to be given. */
export function firstRow(field: FieldMeta): Condition {
  return rowOf(field, operatorsOf(field)[0]!, null);
}
