/** Which records are ticked: some by hand, or all that the filter finds. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Rows } from "@/api/blocks";
import type { Row } from "@/api/types";
import { told } from "@/ui/told";

export interface Selection {
  ids: ReadonlySet<string>;
  /** Those ticked as they were then: a list far away from them gives its rows up. */
  seen: ReadonlyMap<string, Row>;
  /** Everything the filter finds, those not on the screen too. */
  everything: boolean;
  /** On a phone a tap ticks, instead of opening. */
  picking: boolean;
  setPicking: () => void;
  has: (id: string) => boolean;
  /** `upTo`: all between the last one ticked and this one. */
  toggle: (id: string, upTo: boolean) => void;
  setShown: (on: boolean) => void;
  setEverything: () => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** `shape`: what is listed; another filter is another selection. */
export function useSelection(rows: Rows, shape: string): Selection {
  const { t } = useTranslation();
  const [held, setHeld] = useState({ shape, ids: NONE, everything: false });
  const { ids, everything } = held.shape === shape ? held : { ids: NONE, everything: false };
  const [picking, setPicking] = useState(false);
  const last = useRef<string>(undefined);
  const latest = useRef(rows);
  const [seen] = useState(() => new Map<string, Row>());
  // Read only when somebody ticks.
  useEffect(() => {
    latest.current = rows;
  });

  const toggle = useCallback(
    (id: string, upTo: boolean) => {
      const touched = upTo ? between(latest.current, last.current, id) : [];
      if (!touched) void told.message.info(t("list.notLoaded"));
      const ids = touched?.length ? touched : [id];
      last.current = id;
      keep(seen, latest.current, ids);
      setHeld((old) => {
        const next = new Set(old.shape === shape ? old.ids : NONE);
        const on = !next.has(id);
        for (const each of ids)
          if (on) next.add(each);
          else next.delete(each);
        return { shape, ids: next, everything: false };
      });
    },
    [shape, seen, t],
  );

  return useMemo(
    () => ({
      ids,
      seen,
      everything,
      picking,
      setPicking: () => setPicking(true),
      has: (id) => everything || ids.has(id),
      toggle,
      setShown(on) {
        const shown = on ? latest.current.loaded.map((row) => row.id) : [];
        keep(seen, latest.current, shown);
        setHeld({ shape, ids: new Set(shown), everything: false });
      },
      setEverything: () => setHeld({ shape, ids: NONE, everything: true }),
      clear() {
        setHeld({ shape, ids: NONE, everything: false });
        setPicking(false);
      },
    }),
    [ids, seen, everything, picking, toggle, shape],
  );
}

/** Ids from one row to another; none without a first one, undefined when rows between are missing. */
function between(rows: Rows, one: string | undefined, other: string): string[] | undefined {
  const order = rows.loaded.map((row) => row.id);
  const ends = [order.indexOf(one ?? ""), order.indexOf(other)].sort((a, b) => a - b);
  const [from, to] = ends as [number, number];
  if (from < 0) return [];
  const whole = rows.places[to]! - rows.places[from]! === to - from;
  return whole ? order.slice(from, to + 1) : undefined;
}

function keep(seen: Map<string, Row>, rows: Rows, ids: string[]): void {
  const wanted = new Set(ids);
  for (const row of rows.loaded) if (wanted.has(row.id)) seen.set(row.id, row);
}

/** Whether all of what is shown is ticked; nothing is shown where groups are closed. */
export function tickedOf({ ids, everything, has }: Selection, shown: Row[]) {
  const all = everything || (shown.length > 0 && shown.every(({ id }) => has(id)));
  return all ? "all" : ids.size > 0 ? "some" : "none";
}
