/** References as read: one or several, in one shape. */
import type { Reference } from "@/api/types";

export function listed(value: Reference | Reference[]): Reference[] {
  return Array.isArray(value) ? value : [value];
}

/** Stands for whoever asks, in filters. */
export const ME = "me()";
/** Stands for the people of their teams. */
export const MY_TEAM = "ISMYTEAM";
