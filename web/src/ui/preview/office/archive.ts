/** The parts of an office file: a zip of XML, taken out under limits and read as data only. */
import { unzipSync } from "fflate";

/** Bytes: of a file that is read here at all, of one part, of all parts together, unpacked. */
const [MOST_FILE, MOST_PART, MOST_ALL] = [30_000_000, 12_000_000, 40_000_000];

/** What cannot or shall not be read: the file is offered for download. */
export class Unreadable extends Error {}

export interface Archive {
  names: string[];
  /** A part as XML; null when it is not there. */
  xml: (name: string) => Document | null;
}

/** Take out the parts whose names `wanted` matches; throws `Unreadable`. */
export function archive(bytes: ArrayBuffer, wanted: RegExp): Archive {
  if (bytes.byteLength > MOST_FILE) throw new Unreadable("large");
  let left = MOST_ALL;
  const parts = unpacked(bytes, (name, size) => {
    if (!wanted.test(name)) return false;
    left -= size;
    // What a part says of its size is all the room it gets.
    if (size > MOST_PART || left < 0) throw new Unreadable("large");
    return true;
  });
  return { names: Object.keys(parts), xml: (name) => (parts[name] ? parsed(parts[name]) : null) };
}

function unpacked(bytes: ArrayBuffer, take: (name: string, size: number) => boolean) {
  try {
    return unzipSync(new Uint8Array(bytes), {
      filter: ({ name, originalSize }) => take(name, originalSize),
    });
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable("broken");
  }
}

function parsed(part: Uint8Array): Document {
  const text = new TextDecoder().decode(part);
  // Office writes none; an entity inside one may stand for gigabytes.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Unreadable("broken");
  const found = new DOMParser().parseFromString(text, "application/xml");
  if (found.querySelector("parsererror")) throw new Unreadable("broken");
  return found;
}

/** Elements by their names without prefix, in the order of the text. */
export function all(within: Document | Element | null, name: string): Element[] {
  return within ? Array.from(within.getElementsByTagNameNS("*", name)) : [];
}

/** Attributes are named with or without a prefix, by who wrote the file. */
export function attribute(element: Element | undefined, name: string): string {
  const found = Array.from(element?.attributes ?? []).find((each) => each.localName === name);
  return found?.value ?? "";
}
