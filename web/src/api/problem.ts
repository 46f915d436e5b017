/** What can go wrong with a request: a problem document (RFC 9457), or no answer at all. */
export interface Fault {
  code: string;
  message: string;
  path?: string;
  row?: number;
  start?: number;
  end?: number;
  [more: string]: unknown;
}

/** The server refused, and says what happened and what to do in the reader's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: Fault[],
  ) {
    super(detail || title);
    this.name = "Problem";
  }

  /** The message at one field of a form, by the field's key. */
  at(path: string): string | undefined {
    return this.errors.find(
      (fault) => fault.path === path || fault.path?.endsWith(`values.${path}`),
    )?.message;
  }
}

/** No answer came: the network, the server or the proxy is down. The request may be sent again. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code == null || error.code === code);
}

const BETWEEN = [502, 503, 504];

/** Read a refused answer; a proxy's page between us and the server counts as no answer. */
export function problemOf(status: number, body: unknown): Problem | Unreachable {
  const told = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  if (typeof told.code !== "string") {
    if (BETWEEN.includes(status)) return new Unreachable(status);
    return new Problem(status, `http.${status}`, `HTTP ${status}`, "", []);
  }
  return new Problem(status, told.code, told.title ?? "", told.detail ?? "", told.errors ?? []);
}
