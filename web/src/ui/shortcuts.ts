/** Every shortcut in one table: the overlay lists it, pages give it meaning with `useShortcut`. */
import { useEffect, useRef } from "react";

export interface Shortcut {
  /** Keys as people read them; `mod` is Ctrl, or ⌘ on a Mac; a space separates a sequence. */
  keys: string;
  /** Word of the overlay: shortcuts.<name>. */
  group: "general" | "list" | "record";
}

export const SHORTCUTS = {
  palette: { keys: "mod+k", group: "general" },
  search: { keys: "/", group: "general" },
  help: { keys: "?", group: "general" },
  home: { keys: "g h", group: "general" },
  create: { keys: "n", group: "list" },
  find: { keys: "f", group: "list" },
  next: { keys: "j", group: "list" },
  previous: { keys: "k", group: "list" },
  first: { keys: "home", group: "list" },
  last: { keys: "end", group: "list" },
  open: { keys: "enter", group: "list" },
  select: { keys: "x", group: "list" },
  edit: { keys: "e", group: "record" },
} as const satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof SHORTCUTS;
const SEQUENCE_MS = 1000;
export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * Call `act` when the keys are pressed and nobody is typing; `mod` keys also while typing. Not
 * `enabled`, the keys stay the browser's.
 */
export function useShortcut(
  name: ShortcutName,
  act: (event: KeyboardEvent) => void,
  enabled = true,
): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    let held: { key: string; at: number } | null = null;
    const [last, first] = SHORTCUTS[name].keys.split(" ").reverse() as [string, string?];
    function onKey(event: KeyboardEvent) {
      const key = spelled(event);
      if (isTyping(event) && !key.startsWith("mod+")) return;
      if (key === "enter" && isPressing(event)) return;
      const ready = !first || (held?.key === first && event.timeStamp - held.at < SEQUENCE_MS);
      if (key === last && ready) {
        event.preventDefault();
        latest.current(event);
      }
      held = { key, at: event.timeStamp };
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [name, enabled]);
}

function spelled(event: KeyboardEvent): string {
  const mod = MAC ? event.metaKey : event.ctrlKey;
  if (event.altKey || (!mod && (event.metaKey || event.ctrlKey))) return "";
  return (mod ? "mod+" : "") + event.key.toLowerCase();
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  // Pinyin input sends keys of its own while a word is being chosen.
  if (event.isComposing) return true;
  return Boolean(target?.closest("input, textarea, select, [contenteditable], [role=dialog]"));
}

/** Enter presses what holds the focus, wherever that stands. */
function isPressing(event: KeyboardEvent): boolean {
  return Boolean((event.target as HTMLElement | null)?.closest("a, button, [role=menu]"));
}

/** Keys as this machine's keyboard shows them. */
export function keysShown(name: ShortcutName): string[] {
  const shown: Record<string, string> = {
    mod: MAC ? "⌘" : "Ctrl",
    enter: "↵",
    home: "Home",
    end: "End",
  };
  return SHORTCUTS[name].keys
    .split(/[ +]/)
    .map((key) => shown[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
