/** A comment that is being written: kept in this browser until it is sent. */
import { useSession } from "@/api/session";
import type { StoredFile } from "@/api/types";
import { forgetStored, readStored, writeStored } from "@/lib/stored";

export interface Words {
  text: string;
  /** Names that were chosen, and whose they are. */
  chosen: [name: string, id: string][];
  files: StoredFile[];
}

const NONE: Words = { text: "", chosen: [], files: [] };

/** Reads and keeps what is written at a place; signing out wipes it. */
export function useKept(place: string) {
  const { data: session } = useSession();
  const key = `draft.${session?.member.id ?? ""}.comment.${place}`;
  return {
    read: () => readStored(key, NONE),
    keep(words: Words) {
      if (words.text || words.files.length) writeStored(key, words);
      else forgetStored(key);
    },
  };
}
