/** The colour of a row: that of its option in the field the view names. */
import type { ObjectMeta, Row } from "@/api/types";
import { OPTION_COLOURS } from "@/ui/tokens";

export function colourOf(object: ObjectMeta, path: string | null | undefined, row: Row) {
  const field = path ? object.fields.find(({ key }) => key === path) : undefined;
  const option = field?.options?.find(({ key }) => key === row.values[field.key]);
  return option?.colour ? OPTION_COLOURS[option.colour] : undefined;
}
