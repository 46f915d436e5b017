/** Uploading and reading files. A file belongs to nobody until a field of a record names it. */
import { problemOf, Unreachable } from "./problem";
import type { StoredFile } from "./types";

export function fileAddress(id: string, download = false): string {
  return `/api/files/${id}${download ? "?download=1" : ""}`;
}

export interface Ways {
  /** 0 to 1, as the bytes leave. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Upload one file; throws `Problem` or `Unreachable`. */
export function upload(file: Blob, name: string, ways: Ways = {}): Promise<StoredFile> {
  const form = new FormData();
  form.append("file", file, name);
  return sendForm("/api/files", form, ways);
}

/** Send a form with files to a door that answers 201. Only this request type tells progress. */
export function sendForm<T>(address: string, form: FormData, { onProgress, signal }: Ways) {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress?.(event.loaded / Math.max(event.total, 1));
    request.onerror = () => reject(new Unreachable(request.status));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onload = () => {
      if (request.status === 201) resolve(request.response as T);
      else reject(problemOf(request.status, request.response));
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** The bytes of a file, the first `most` of them; throws what the reader may not. */
export async function readBytes(id: string, most?: number): Promise<ArrayBuffer> {
  const headers = most ? { range: `bytes=0-${most - 1}` } : undefined;
  const answer = await fetch(fileAddress(id), { headers }).catch(() => null);
  if (!answer) throw new Unreachable(0);
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return answer.arrayBuffer();
}

/** A file of the app itself, by its address. */
export async function readAsset(address: string): Promise<Uint8Array> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Unreachable(answer.status);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The words of a text file, its first `most` bytes: in UTF-8, or as Chinese Windows writes them. */
export async function readText(id: string, most: number): Promise<string> {
  const bytes = new Uint8Array(await readBytes(id, most));
  try {
    // The end may lie inside a character, which a stream waits for.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("gb18030").decode(bytes, { stream: true });
  }
}

/** The server's clock: what is stamped onto a photo. The phone's own when there is no answer. */
export async function serverTime(): Promise<{ at: Date; sure: boolean }> {
  try {
    const said = (await fetch("/api/health", { cache: "no-store" })).headers.get("date");
    if (said) return { at: new Date(said), sure: true };
  } catch {
    // Without a network the phone's time is all there is, and the stamp says so.
  }
  return { at: new Date(), sure: false };
}
