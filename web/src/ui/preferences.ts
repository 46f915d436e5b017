/** How this browser shows things: theme and density, followed at once by every page. */
import { useSyncExternalStore } from "react";

import { readStored, writeStored } from "@/lib/stored";

import type { Density, Scheme } from "./tokens";

export interface Preferences {
  theme: Scheme | "system";
  density: Density;
}

let current: Preferences = {
  theme: "system",
  density: "compact",
  ...readStored<Partial<Preferences>>("preferences", {}),
};
const listeners = new Set<() => void>();
const night = window.matchMedia("(prefers-color-scheme: dark)");

export function setPreferences(changed: Partial<Preferences>): void {
  const next = { ...current, ...changed };
  if (next.theme === current.theme && next.density === current.density) return;
  current = next;
  writeStored("preferences", current);
  listeners.forEach((tell) => tell());
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function useScheme(): Scheme {
  return useSyncExternalStore(subscribe, scheme);
}

function scheme(): Scheme {
  if (current.theme !== "system") return current.theme;
  return night.matches ? "dark" : "light";
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  night.addEventListener("change", tell);
  return () => {
    listeners.delete(tell);
    night.removeEventListener("change", tell);
  };
}
