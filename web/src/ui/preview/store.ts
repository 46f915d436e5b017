/** The files being looked at: opened from anywhere, drawn once above every page. */
import { useSyncExternalStore } from "react";

import type { StoredFile } from "@/api/types";

export interface Looked {
  files: StoredFile[];
  at: number;
}

let looked: Looked | null = null;
const heard = new Set<() => void>();

function set(next: Looked | null) {
  looked = next;
  heard.forEach((tell) => tell());
}

/** Look at one of several files; the others are next and previous. */
export function openPreview(files: StoredFile[], at = 0) {
  set({ files, at });
}

export function stepPreview(by: number) {
  if (!looked) return;
  const at = looked.at + by;
  if (at >= 0 && at < looked.files.length) set({ ...looked, at });
}

export function closePreview() {
  set(null);
}

export function usePreview(): Looked | null {
  return useSyncExternalStore(listen, () => looked);
}

function listen(tell: () => void) {
  heard.add(tell);
  return () => heard.delete(tell);
}
