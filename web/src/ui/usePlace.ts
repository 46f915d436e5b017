/** How far down a list one was: coming back to it by the browser's way, one is there again. */
import { useLayoutEffect, useMemo, useRef } from "react";
import { useLocation } from "react-router";

const MOST = 50;
const offsets = new Map<string, number>();

export function usePlace() {
  const { key } = useLocation();
  const entry = useRef(key);
  useLayoutEffect(() => {
    entry.current = key;
  }, [key]);
  return useMemo(
    () => ({
      /** In px; 0 for a list that is entered anew. */
      before: () => offsets.get(entry.current) ?? 0,
      /** Call `read` when the list is left. */
      keep: (read: () => number) => () => {
        offsets.delete(entry.current);
        offsets.set(entry.current, read());
        if (offsets.size > MOST) offsets.delete(offsets.keys().next().value!);
      },
    }),
    [],
  );
}
