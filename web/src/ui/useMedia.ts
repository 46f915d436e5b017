/** What the screen is: narrow means a phone or a chat's side panel, wide has room for two columns. */
import { createContext, useContext, useSyncExternalStore } from "react";

const NARROW = window.matchMedia("(max-width: 767px)");
const WIDE = window.matchMedia("(min-width: 1200px)");

export function useNarrow(): boolean {
  return useMatch(NARROW);
}

/** True inside a panel beside a list: there is never room for two columns. */
export const Beside = createContext(false);

export function useWide(): boolean {
  const beside = useContext(Beside);
  return useMatch(WIDE) && !beside;
}

function useMatch(asked: MediaQueryList): boolean {
  return useSyncExternalStore(asked === NARROW ? onNarrow : onWide, () => asked.matches);
}

const onNarrow = (tell: () => void) => listen(NARROW, tell);
const onWide = (tell: () => void) => listen(WIDE, tell);

function listen(asked: MediaQueryList, tell: () => void): () => void {
  asked.addEventListener("change", tell);
  return () => asked.removeEventListener("change", tell);
}
