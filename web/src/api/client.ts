/** The one client: typed by the server's own description, refusals thrown as `Problem`. */
import createClient from "openapi-fetch";

import { takeAhead } from "./ahead";
import type { paths } from "./schema";
import { problemOf, Unreachable } from "./problem";

let language = "zh-CN";

/** Answers, refusals too, come in this language; returns whether it is another than until now. */
export function speak(chosen: string): boolean {
  const changed = chosen !== language;
  language = chosen;
  return changed;
}

async function send(request: Request): Promise<Response> {
  try {
    return await (takeAhead(request) ?? fetch(request));
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unreachable(error);
  }
}

export const api = createClient<paths>({ baseUrl: "/", fetch: send });

api.use({
  onRequest({ request }) {
    request.headers.set("accept-language", language);
    return request;
  },
});

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** Await an answer as `T`, whose shape the server documents in words; throws what was refused. */
export async function answered<T>(asked: Promise<Answer>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}
