/** What somebody is typing into a form: kept in this browser until it is saved or given up. */
import { useEffect, useState } from "react";

import { useSession } from "@/api/session";
import type { Values } from "@/api/types";
import { forgetStored, readStored, writeStored } from "@/lib/stored";

const QUIET_MS = 400;

export interface Draft {
  edits: Values;
  /** It was begun earlier and found again. */
  found: boolean;
  set: (key: string, value: unknown) => void;
  clear: () => void;
}

/** One per member, object and record (`new` for one to come); signing out wipes them all. */
export function useDraft(object: string, record: string, given: Values = {}): Draft {
  const { data: session } = useSession();
  const key = `draft.${session?.member.id ?? ""}.${object}.${record}`;
  const [found, setFound] = useState(() => Object.keys(readStored<Values>(key, {})).length > 0);
  const [edits, setEdits] = useState<Values>(() => ({ ...given, ...readStored<Values>(key, {}) }));
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    if (!touched) return;
    const keep = () => writeStored(key, edits);
    const timer = setTimeout(keep, QUIET_MS);
    // Leaving the page does not wait for quiet.
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [key, edits, touched]);
  return {
    edits,
    found,
    set(field, value) {
      setTouched(true);
      setEdits((old) => ({ ...old, [field]: value }));
    },
    clear() {
      setTouched(false);
      setFound(false);
      setEdits(given);
      forgetStored(key);
    },
  };
}
