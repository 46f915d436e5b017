/** What somebody is typing into a form: kept in this browser until it is saved or given up. */
import { useEffect, useRef, useState } from "react";

import { useSession } from "@/api/session";
import type { Row, Values } from "@/api/types";
import { valuesOf } from "@/fields/scope";
import { forgetStored, readStored, writeStored } from "@/lib/stored";
import { useStable } from "@/ui/useStable";

const QUIET_MS = 400;

interface Kept {
  edits: Values;
  /** What each edited field held when it was first edited: others may change it meanwhile. */
  seen: Values;
}

export interface Draft extends Kept {
  /** It was begun earlier and found again. */
  found: boolean;
  set: (key: string, value: unknown) => void;
  clear: () => void;
}

const NOTHING: Kept = { edits: {}, seen: {} };

/** One per member, object and record (`new` for one to come); signing out wipes them all. */
export function useDraft(
  object: string,
  record: string,
  row: Row | null,
  given: Values = {},
): Draft {
  const { data: session } = useSession();
  const key = `draft.${session?.member.id ?? ""}.${object}.${record}`;
  const [begun] = useState(() => ({ ...NOTHING, ...readStored<Partial<Kept>>(key, {}) }));
  const [found, setFound] = useState(() => Object.keys(begun.edits).length > 0);
  const [kept, setKept] = useState<Kept>(() => ({ ...begun, edits: { ...given, ...begun.edits } }));
  const [touched, setTouched] = useState(false);
  const pending = useRef<Kept>(null);
  useEffect(() => {
    if (!touched) return;
    pending.current = kept;
    const keep = () => {
      writeStored(key, kept);
      pending.current = null;
    };
    const timer = setTimeout(keep, QUIET_MS);
    // Leaving the page does not wait for quiet.
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [key, kept, touched]);
  useEffect(
    () => () => {
      // Nor does leaving the form for another page of ours.
      if (pending.current) writeStored(key, pending.current);
      pending.current = null;
    },
    [key],
  );
  // The same one at every key: fields that are not typed in are not drawn anew.
  const set = useStable((field: string, value: unknown) => {
    setTouched(true);
    setKept(({ edits, seen }) => ({
      edits: { ...edits, [field]: value },
      seen: field in seen ? seen : { ...seen, [field]: valuesOf(row)[field] ?? null },
    }));
  });
  return {
    ...kept,
    found,
    set,
    clear() {
      pending.current = null;
      setTouched(false);
      setFound(false);
      setKept({ edits: given, seen: {} });
      forgetStored(key);
    },
  };
}
