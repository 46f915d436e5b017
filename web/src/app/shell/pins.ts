/** Views the member pinned: at the top of the navigation, and short lists on the workbench. */
import { useSetting } from "@/api/settings";
import type { Meta, ViewMeta } from "@/api/types";

const NONE: string[] = [];
// As many as a look takes in.
const MAX = 12;

export function usePins() {
  const [pins, keep] = useSetting<string[]>("pins", NONE);
  return {
    pins,
    toggle: (key: string) =>
      keep(pins.includes(key) ? pins.filter((each) => each !== key) : [...pins, key].slice(-MAX)),
  };
}

/** The pinned views that are still there, in the order of pinning. */
export function pinned(meta: Meta | undefined, pins: string[]): ViewMeta[] {
  return pins
    .map((key) => meta?.views.find((view) => view.key === key))
    .filter((view) => view != null);
}

export function viewPath(view: { object: string; key: string }): string {
  return `/o/${view.object}?view=${encodeURIComponent(view.key)}`;
}
