/** Exports: a list as a file, at once or made in the background; fetching what is ready. */
import { problemOf, Unreachable } from "./problem";

export interface ExportJob {
  id: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  total: number;
  /** Where to fetch it; null while it is made, and once it has expired. */
  file: string | null;
  problem?: { message: string };
}

export interface TakenFile {
  name: string;
  data: Blob;
}

/** Ask for a list as a file; one that takes longer is made in the background. */
export async function takeAway(
  object: string,
  asked: URLSearchParams,
): Promise<TakenFile | ExportJob> {
  const answer = await get(`/api/exports/${object}?${asked}`);
  return answer.status === 202 ? ((await answer.json()) as ExportJob) : fileOf(answer);
}

export async function readExport(id: string): Promise<ExportJob> {
  return (await (await get(`/api/exports/${id}`)).json()) as ExportJob;
}

/** Fetch a file that is ready; what is refused is told, not opened as a page. */
export async function fetchFile(address: string): Promise<TakenFile> {
  return fileOf(await get(address));
}

async function get(address: string): Promise<Response> {
  const headers = { "accept-language": document.documentElement.lang };
  const answer = await fetch(address, { headers }).catch((error: unknown) => {
    throw new Unreachable(error);
  });
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return answer;
}

const NAMED = /filename\*=UTF-8''([^;]+)/i;

async function fileOf(answer: Response): Promise<TakenFile> {
  const [, name = "export"] = NAMED.exec(answer.headers.get("content-disposition") ?? "") ?? [];
  return { name: decodeURIComponent(name), data: await answer.blob() };
}

/** Hand a file over to the browser, which asks or knows where to put it. */
export function save({ name, data }: TakenFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
