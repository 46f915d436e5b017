/** How many records there are, asked once for all that shows them. */
import { useQuery } from "@tanstack/react-query";

import { countRecords } from "@/api/records";
import { keys } from "@/api/query";

import type { Look } from "./look";

export function useTotal(object: string, { filter, q }: Look): number | undefined {
  const { data } = useQuery({
    queryKey: [...keys.object(object), "total", filter, q],
    queryFn: () => countRecords(object, { filter, q }),
    placeholderData: (old) => old,
  });
  return data;
}
