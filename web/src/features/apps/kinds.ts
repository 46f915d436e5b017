/** The kinds of things an app brings, in the order people ask for them. */
const ORDER = [
  "object",
  "view",
  "role",
  "team",
  "pipeline",
  "rule",
  "duplicate",
  "automation",
  "metric",
  "board",
  "document",
  "calendar",
  "form",
  "field",
] as const;

export type AppKind = (typeof ORDER)[number];

/** The kinds that are among `found`. */
export function kindsIn(found: string[]): AppKind[] {
  return ORDER.filter((kind) => found.includes(kind));
}
