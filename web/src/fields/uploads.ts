/** Files on their way in a form: what saves it waits for them, and stops at those that failed. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import type { StoredFile } from "@/api/types";
import { useUnfinished } from "@/ui/unfinished";
import { useStable } from "@/ui/useStable";

export interface Underway {
  key: string;
  name: string;
  share: number;
  failed?: string;
  retry?: () => void;
  stop?: () => void;
  /** Being made: a recording that runs, a signature that is not used yet. It waits for a person. */
  making?: boolean;
}

/** A field's files as they are now: what arrives builds on them, whoever sent it. */
export interface Slot {
  kept: StoredFile[];
  told: (value: StoredFile[] | null) => void;
  /** Ids as they were chosen. */
  order: string[];
}

export interface Uploads {
  /** By the place they are shown at: an editor that is drawn anew finds its own. */
  all: Record<string, Underway[]>;
  change: (place: string, act: (rows: Underway[]) => Underway[]) => void;
  slots: Map<string, Slot>;
}

/** Those of the form an editor stands in; null where nothing is saved. */
export const UploadsHere = createContext<Uploads | null>(null);

const NONE: Underway[] = [];
/** So many are told by name. */
const NAMED = 3;

/** Plain state, so that a file that arrives is in the values when it is no longer on its way. */
export function useUploadList(): Uploads {
  const [all, setAll] = useState<Record<string, Underway[]>>({});
  const change = useCallback<Uploads["change"]>(
    (place, act) => setAll((old) => ({ ...old, [place]: act(old[place] ?? NONE) })),
    [],
  );
  const [slots] = useState(() => new Map<string, Slot>());
  return useMemo(() => ({ all, change, slots }), [all, change, slots]);
}

export interface Waiting<Given extends unknown[]> {
  /** For `UploadsHere`. */
  uploads: Uploads;
  /** How many are on their way. */
  count: number;
  /** Saving was asked for and waits for them. */
  asked: boolean;
  /** It was asked for, and something has failed or is not done. */
  stopped: boolean;
  /** What stands in the way, by its names: its field may be out of sight. */
  stuck: string;
  /** The places of what is in its way, as editors are called in their form. */
  stuckAt: string[];
  /** Saves once nothing is on its way. */
  save: (...given: Given) => void;
}

/** `act` saves, with the values as they are by then; `onStopped` shows what is in its way. */
export function useWaiting<Given extends unknown[]>(
  act: (...given: Given) => void,
  onStopped?: () => void,
): Waiting<Given> {
  const uploads = useUploadList();
  const [asked, setAsked] = useState<Given>();
  const [stopped, setStopped] = useState(false);
  const rows = Object.values(uploads.all).flat();
  const count = rows.filter((row) => !row.failed && !row.making).length;
  const held = rows.filter((row) => row.failed || row.making);
  const stuck = held.length;
  const stuckAt = Object.keys(uploads.all).filter((place) =>
    uploads.all[place]!.some((row) => row.failed ?? row.making),
  );
  useUnfinished(rows.length > 0);

  const latest = useLatest(rows);
  // What was given up must not come back.
  useEffect(() => () => latest.current.forEach((row) => row.stop?.()), [latest]);

  const go = useStable((given: Given) => {
    setAsked(undefined);
    setStopped(stuck > 0);
    if (stuck > 0) onStopped?.();
    else act(...given);
  });
  useEffect(() => {
    // The values that came with the last file are drawn by now.
    if (asked && count === 0) go(asked);
  }, [asked, count, go]);

  function save(...given: Given) {
    if (count > 0) setAsked(given);
    else go(given);
  }
  return {
    uploads,
    count,
    asked: asked != null,
    stopped: stopped && stuck > 0,
    stuck: namesOf(held),
    stuckAt,
    save,
  };
}

function namesOf(rows: Underway[]): string {
  const names = rows.map(({ name }) => name).filter(Boolean);
  return names.length > NAMED ? `${names.slice(0, NAMED).join(", ")} …` : names.join(", ");
}

/** The rows of one place, in its form or, outside of any, its own. */
export function useUploadRows(place: string, given?: Uploads) {
  const own = useUploadList();
  const here = useContext(UploadsHere);
  const { all, change, slots } = given ?? here ?? own;
  const set = useCallback(
    (act: (rows: Underway[]) => Underway[]) => change(place, act),
    [change, place],
  );
  return [all[place] ?? NONE, set, slots] as const;
}

/** Something that becomes a file is being made: by the browser, or (`making`) by a person. */
export function useMade(on: boolean, name: string, making = false) {
  const place = useId();
  const [, set] = useUploadRows(place);
  useEffect(() => {
    if (!on) return;
    set(() => [{ key: place, name, share: 0, making }]);
    return () => set(() => []);
  }, [on, name, making, place, set]);
}

/** What is given, as it is drawn now. */
export function useLatest<T>(value: T) {
  const latest = useRef(value);
  // Before anything else can happen: what arrives next builds on it.
  useLayoutEffect(() => {
    latest.current = value;
  });
  return latest;
}
