/** Uploading and reading files. A file belongs to nobody until a field of a record names it. */
import { problemOf, Unreachable } from "./problem";
import type { StoredFile } from "./types";

export function fileAddress(id: string, download = false): string {
  return `/api/files/${id}${download ? "?download=1" : ""}`;
}

interface Ways {
  /** 0 to 1, as the bytes leave. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Upload one file; throws `Problem` or `Unreachable`. Only this request type tells progress. */
export function upload(file: Blob, name: string, { onProgress, signal }: Ways = {}) {
  return new Promise<StoredFile>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, name);
    request.open("POST", "/api/files");
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress?.(event.loaded / Math.max(event.total, 1));
    request.onerror = () => reject(new Unreachable(request.status));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onload = () => {
      if (request.status === 201) resolve(request.response as StoredFile);
      else reject(problemOf(request.status, request.response));
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** The words of a text file, its beginning; throws what the reader may not. */
export async function readText(id: string, most = 200_000): Promise<string> {
  const answer = await fetch(fileAddress(id));
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return (await answer.text()).slice(0, most);
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
