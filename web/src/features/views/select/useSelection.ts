/** Which records are ticked: some by hand, or all that the filter finds. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { Row } from "@/api/types";

export interface Selection {
  ids: ReadonlySet<string>;
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
export function useSelection(rows: Row[], shape: string): Selection {
  const [held, setHeld] = useState({ shape, ids: NONE, everything: false });
  const { ids, everything } = held.shape === shape ? held : { ids: NONE, everything: false };
  const [picking, setPicking] = useState(false);
  const last = useRef<string>(undefined);
  const latest = useRef(rows);
  // Read only when somebody ticks.
  useEffect(() => {
    latest.current = rows;
  });

  const toggle = useCallback(
    (id: string, upTo: boolean) => {
      const order = latest.current.map((row) => row.id);
      setHeld((old) => {
        const next = new Set(old.shape === shape ? old.ids : NONE);
        const from = order.indexOf(last.current ?? "");
        const to = order.indexOf(id);
        const on = !next.has(id);
        const touched =
          upTo && from >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
        for (const each of touched)
          if (on) next.add(each);
          else next.delete(each);
        last.current = id;
        return { shape, ids: next, everything: false };
      });
    },
    [shape],
  );

  return useMemo(
    () => ({
      ids,
      everything,
      picking,
      setPicking: () => setPicking(true),
      has: (id) => everything || ids.has(id),
      toggle,
      setShown: (on) =>
        setHeld({
          shape,
          ids: on ? new Set(latest.current.map((row) => row.id)) : NONE,
          everything: false,
        }),
      setEverything: () => setHeld({ shape, ids: NONE, everything: true }),
      clear() {
        setHeld({ shape, ids: NONE, everything: false });
        setPicking(false);
      },
    }),
    [ids, everything, picking, toggle, shape],
  );
}
