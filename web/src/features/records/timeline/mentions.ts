/** Members in a comment: `@[id]` as it is sent, `@name` as it is read and typed. */
import type { Reference } from "@/api/types";

const MARK = /@\[([0-9a-fA-F-]{36})\]/;

export interface Piece {
  text: string;
  mention: boolean;
}

export function pieces(text: string, mentions: Reference[]): Piece[] {
  const names = new Map(mentions.map((each) => [each.id, each.title]));
  // A text split at a group has the groups at odd places.
  return text
    .split(MARK)
    .map((part, at) =>
      at % 2
        ? { text: `@${names.get(part) ?? "…"}`, mention: true }
        : { text: part, mention: false },
    )
    .filter((piece) => piece.text);
}

/** `@name ` of those chosen becomes `@[id]`; longer names first, so none is cut. */
export function sentText(typed: string, chosen: Map<string, string>): string {
  const names = [...chosen.keys()].sort((a, b) => b.length - a.length);
  return names.reduce((text, name) => text.replaceAll(`@${name}`, `@[${chosen.get(name)}]`), typed);
}

/** What is typed again of a comment that is there. */
export function typedText(text: string, mentions: Reference[]): string {
  return pieces(text, mentions)
    .map((piece) => piece.text)
    .join("");
}
