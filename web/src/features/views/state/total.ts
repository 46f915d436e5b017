/** How many records there are, asked once for all that shows them. */
import { useQuery } from "@tanstack/react-query";

import { totalQuery } from "@/api/records";

import type { Look } from "./look";

export function useTotal(object: string, { filter, q }: Look): number | undefined {
  const { data } = useQuery({
    ...totalQuery(object, { filter, q }),
    placeholderData: (old) => old,
  });
  return data;
}
