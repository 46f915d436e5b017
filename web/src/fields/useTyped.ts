/** Text being typed beside the value it stands for: kept as typed until it is left. */
import { useState } from "react";

interface Ways<T> {
  value: T | null;
  onChange: (value: T | null) => void;
  /** The value as it is written when nobody is typing. */
  show: (value: T) => string;
  /** Null for what cannot be read. */
  read: (text: string) => T | null;
}

export interface Typed {
  text: string;
  /** What stands there cannot be read; it is sent as it is, and the server says why. */
  bad: boolean;
  type: (text: string) => void;
  /** Typing is over: write the value in its usual form. */
  settle: () => void;
}

export function useTyped<T>({ value, onChange, show, read }: Ways<T>): Typed {
  const [draft, setDraft] = useState<{ text: string; value: T | null }>();
  const current = draft && draft.value === value ? draft.text : shown(value, show);
  const bad = current.trim() !== "" && read(current) == null;
  return {
    text: current,
    bad,
    type: (text) => {
      const next = text.trim() === "" ? null : (read(text) ?? (text.trim() as T));
      setDraft({ text, value: next });
      onChange(next);
    },
    settle: () => !bad && setDraft(undefined),
  };
}

function shown<T>(value: T | null, show: (value: T) => string): string {
  if (value == null || value === "") return "";
  try {
    return show(value);
  } catch {
    return String(value);
  }
}
