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
  peek: { keys: "space", group: "list" },
  select: { keys: "x", group: "list" },
  unselect: { keys: "escape", group: "list" },
  edit: { keys: "e", group: "record" },
  save: { keys: "mod+s", group: "record" },
  saveAndNew: { keys: "mod+enter", group: "record" },
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
      if (isPressing(event, key)) return;
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
  return (mod ? "mod+" : "") + (event.key === " " ? "space" : event.key.toLowerCase());
}

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]";
/** What has a meaning of its own for a key. */
const PRESSED: Record<string, string> = {
  enter: "a, button, input, [role=menu]",
  space: "a, button, input, [role=menu]",
  escape: "[role=menu]",
};

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  // Pinyin input sends keys of its own while a word is being chosen.
  if (event.isComposing) return true;
  return Boolean(target?.closest(TYPING));
}

/** Enter and Space press what holds the focus, wherever that stands; Esc closes a menu. */
function isPressing(event: KeyboardEvent, key: string): boolean {
  const own = PRESSED[key];
  return own != null && Boolean((event.target as HTMLElement | null)?.closest(own));
}

const SPACE: Record<string, string> = { "zh-CN": "空格" };

/** Keys as this machine's keyboard shows them. */
export function keysShown(name: ShortcutName): string[] {
  const shown: Record<string, string> = {
    mod: MAC ? "⌘" : "Ctrl",
    enter: "↵",
    home: "Home",
    end: "End",
    escape: "Esc",
    space: SPACE[document.documentElement.lang] ?? "Space",
  };
  return SHORTCUTS[name].keys
    .split(/[ +]/)
    .map((key) => shown[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
