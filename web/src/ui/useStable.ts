/** A function that stays the same one and does what it would do now: what is given it is not drawn anew. */
import { useCallback, useLayoutEffect, useRef } from "react";

export function useStable<Given extends unknown[], Made>(act: (...given: Given) => Made) {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given): Made => latest.current(...given), []);
}
