/** How much larger than meant a device draws words (a chat's font size, a phone's): what holds them grows along. */
import { useSyncExternalStore } from "react";

const PROBE_PX = 16;

let scale = 1;
const listeners = new Set<() => void>();

/** Watch a word nobody sees; its height also stands in `--larger`, for styles. */
export function watchTextScale(): void {
  const probe = document.createElement("span");
  probe.textContent = "字";
  probe.setAttribute("aria-hidden", "true");
  Object.assign(probe.style, {
    position: "absolute",
    visibility: "hidden",
    font: `${PROBE_PX}px/1 sans-serif`,
  });
  document.body.append(probe);
  new ResizeObserver(() => {
    const found = Math.max(1, probe.offsetHeight / PROBE_PX);
    if (Math.abs(found - scale) < 0.02) return;
    scale = found;
    document.documentElement.style.setProperty("--larger", String(scale));
    listeners.forEach((tell) => tell());
  }).observe(probe);
}

/** 1 where words are as large as meant. */
export function useTextScale(): number {
  return useSyncExternalStore(subscribe, () => scale);
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
