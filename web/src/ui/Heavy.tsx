/** What takes long to draw is drawn in pieces, once its frame stands: keys and clicks are heard. */
import { useDeferredValue, type ReactNode } from "react";

interface Props {
  /** Stands there until then. */
  waiting: ReactNode;
  children: ReactNode;
}

export function Heavy({ waiting, children }: Props) {
  return useDeferredValue(true, false) ? children : waiting;
}
