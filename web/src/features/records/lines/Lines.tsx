/** The lines of a record: a table where there is room for one, cards on a phone. */
import { useNarrow } from "@/ui/useMedia";

import { LinesCards } from "./LinesCards";
import { LinesTable, type LinesProps } from "./LinesTable";

export function Lines(props: LinesProps) {
  return useNarrow() ? <LinesCards {...props} /> : <LinesTable {...props} />;
}
