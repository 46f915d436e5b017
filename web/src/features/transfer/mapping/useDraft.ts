/** The mapping as it is being corrected: shown at once, sent when the hand rests, kept by the server. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import {
  importKeys,
  type FillableField,
  saveMapping,
  type ImportDocument,
  type Mapping,
  type Rule,
} from "@/api/imports";
import { useSettled } from "@/ui/useSettled";

import { without } from "./constants";

const PAUSE_MS = 500;
/** How the file is laid out is said at the file, not here. */
const LAYOUT = ["sheet", "header_row", "header_rows", "encoding", "delimiter", "object"];

export interface Draft {
  mapping: Mapping;
  change: (part: Partial<Mapping>) => void;
  /** The rules of one column; none: it is left out. */
  setRules: (column: string, rules: Rule[]) => void;
  /** Some column fills something. */
  fills: boolean;
  /** What is shown is not what the server tried. */
  busy: boolean;
  error: unknown;
}

export function useDraft(made: ImportDocument): Draft {
  const client = useQueryClient();
  const [mine, setMine] = useState<Mapping | null>(null);
  const settled = useSettled(mine, PAUSE_MS);
  const saving = useMutation({
    mutationFn: (mapping: Mapping) => saveMapping(made.id, mapping),
    // One after the other: the last word is the last to arrive.
    scope: { id: made.id },
    onSuccess: (fresh, sent) => {
      client.setQueryData(importKeys.one(made.id), fresh);
      setMine((now) => (now === sent ? null : now));
    },
  });
  const { mutate } = saving;
  const ready = settled !== null && settled === mine && hasColumns(settled);
  useEffect(() => {
    if (ready) mutate(settled);
  }, [ready, settled, mutate]);

  const mapping = mine ?? bare(made.mapping);
  const change = (part: Partial<Mapping>) =>
    setMine((now) => ({ ...(now ?? bare(made.mapping)), ...part }));
  return {
    mapping,
    change,
    setRules: (column, rules) => {
      const others = without(mapping.columns, column);
      const columns = rules.length ? { ...others, [column]: rules } : others;
      change({ columns, ...recognised(mapping, columns, made.fields, rules) });
    },
    fills: hasColumns(mapping),
    busy: mine !== null && saving.error === null,
    error: mine === null ? null : saving.error,
  };
}

function hasColumns({ columns }: Mapping): boolean {
  return Object.keys(columns).length > 0;
}

/** What recognises records once the columns are these: fields that are filled no more do not, and
    what the platform gave does nothing else. */
function recognised(
  { match = [], mode }: Mapping,
  columns: Mapping["columns"],
  fields: FillableField[],
  chosen: Rule[],
): Partial<Mapping> {
  const filled = new Set(Object.values(columns).flatMap((rules) => rules.map((r) => r.field)));
  const given = chosen.find(({ field }) => fields.find((f) => f.key === field)?.fills === false);
  if (given && !match.includes(given.field)) return { match: [given.field], mode: "both" };
  const left = match.filter((key) => filled.has(key));
  if (left.length === match.length) return {};
  return left.length ? { match: left } : { match: left, mode: mode && "create" };
}

function bare(mapping: Mapping): Mapping {
  const kept = Object.entries(mapping).filter(([key]) => !LAYOUT.includes(key));
  return { ...Object.fromEntries(kept), columns: mapping.columns ?? {} } as Mapping;
}
