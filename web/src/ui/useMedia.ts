/** What the screen is: narrow means a phone or a chat's side panel, wide has room for two columns. */
import { useSyncExternalStore } from "react";

const NARROW = window.matchMedia("(max-width: 767px)");
const WIDE = window.matchMedia("(min-width: 1200px)");

export function useNarrow(): boolean {
  return useMatch(NARROW);
}

export function useWide(): boolean {
  return useMatch(WIDE);
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
