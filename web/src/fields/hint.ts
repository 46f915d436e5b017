/** What stands in an empty editor: the field's own words, or what its type says. */
import { useLabel } from "@/i18n/useLabel";

import type { FieldMeta } from "@/api/types";

export function useHint(field: FieldMeta, otherwise?: string): string | undefined {
  return useLabel()(field.placeholder) || otherwise;
}
