/** What a list asks the server for. */
import type { Asked } from "@/api/records";
import type { ObjectMeta } from "@/api/types";
import { withLate } from "@/fields/late";

import type { Look } from "../state/look";

export function askedOf(object: ObjectMeta, look: Look): Asked {
  const { filter, sort, q } = look;
  return { filter, sort: sort.join(","), q, fields: fieldsOf(object, look) };
}

/** What the columns and the row's colour need. */
export function fieldsOf(object: ObjectMeta, look: Look): string {
  const named = look.columns.map(({ field }) => field.key);
  const extra = [object.title_field, look.view?.colour_by];
  return withLate(object, [...named, ...extra]).join(",");
}
