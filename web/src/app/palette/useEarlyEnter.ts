/** Enter pressed before the answer is here: what stands there is of other words, or nothing yet. */
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

/** Holds the key until what was typed has been answered and drawn, and presses it then. */
export function useEarlyEnter(typed: string, waiting: boolean) {
  const input = useRef<HTMLInputElement>(null);
  const [held, setHeld] = useState<string>();
  // What somebody has walked to is what they want, whatever is on its way.
  const walked = useRef<string>(undefined);
  const ready = held === typed && !waiting;

  useEffect(() => {
    if (!ready) return undefined;
    // Behind the list's own choice of its first line.
    const wait = setTimeout(() => {
      setHeld(undefined);
      input.current?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    });
    return () => clearTimeout(wait);
  }, [ready]);

  function hold(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key.startsWith("Arrow")) walked.current = typed;
    if (event.key !== "Enter" || !waiting || walked.current === typed) return;
    event.preventDefault();
    setHeld(typed);
  }

  return { input, hold };
}
