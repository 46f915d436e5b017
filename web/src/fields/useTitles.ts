/** Ids with their titles: those just chosen are known, the others are asked for once. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useTranslation } from "react-i18next";

import { titlesOf } from "@/api/titles";
import type { Reference } from "@/api/types";

import { ME } from "./references";

export function useTitles(object: string, ids: string[]) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Map<string, string | null>>(new Map());
  const missing = ids.filter((id) => id !== ME && !chosen.has(id));
  const { data } = useQuery({
    queryKey: ["titles", object, missing],
    queryFn: () => titlesOf(object, missing),
    enabled: missing.length > 0,
    staleTime: 60_000,
  });
  // Until the answer is there a reference is drawn as a dash, not as letters and digits.
  const titleOf = (id: string) =>
    id === ME ? t("fields.me") : (chosen.get(id) ?? data?.get(id) ?? null);
  const titled = ids.map((id) => ({ id, title: titleOf(id) }));
  function remember(each: Reference[]) {
    setChosen(new Map([...chosen, ...each.map(({ id, title }) => [id, title] as const)]));
  }
  return { titled, remember };
}
