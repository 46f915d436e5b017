/** What becomes of rows, in order, with the colour of each; the state of an import in one word. */
import type { Counts, ImportSummary, Outcome } from "@/api/imports";

export type Tone = "good" | "accent" | "muted" | "warning" | "danger";

export const OUTCOMES: { key: Outcome; count: keyof Counts; tone: Tone }[] = [
  { key: "created", count: "create", tone: "good" },
  { key: "updated", count: "update", tone: "accent" },
  { key: "unchanged", count: "unchanged", tone: "muted" },
  { key: "skipped", count: "skip", tone: "muted" },
  { key: "duplicate", count: "duplicate", tone: "warning" },
  { key: "error", count: "error", tone: "danger" },
];

export function toneOf(outcome: Outcome): Tone {
  return OUTCOMES.find(({ key }) => key === outcome)!.tone;
}

export function countOf(counts: Counts, outcome: Outcome): number {
  return counts[OUTCOMES.find(({ key }) => key === outcome)!.count] as number;
}

/** How many rows would be written. */
export function written(counts: Counts): number {
  return counts.create + counts.update;
}

const TONES: Record<string, Tone> = {
  draft: "accent",
  running: "accent",
  done: "good",
  partly: "warning",
  cancelled: "muted",
  takenBack: "muted",
  failed: "danger",
};

/** An import that is done may have left rows behind, or been taken back. */
export function stateOf(made: ImportSummary): { key: string; tone: Tone } {
  const refused = made.counts.error + made.counts.duplicate + made.counts.unlinked > 0;
  const done = made.state === "done" && refused ? "partly" : made.state;
  const key = made.taken_back ? "takenBack" : done;
  return { key, tone: TONES[key] ?? "muted" };
}
