/** Asking again under the same key, until there is an answer or nobody seems to be there. */
import { Unreachable } from "./problem";

const WAITS_MS = [300, 1200];

/** The answer of `ask`, sent again when none comes; throws what was refused, or `Unreachable`. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = WAITS_MS[attempt];
      if (!(error instanceof Unreachable) || wait == null) throw error;
      await new Promise((resume) => setTimeout(resume, wait));
    }
  }
}

/** Things that wait to be asked for again, by what was asked: the latest, as a page has few. */
export class Held<T> {
  private readonly items = new Map<string, T>();

  constructor(private readonly most = 20) {}

  take(asked: string): T | undefined {
    const found = this.items.get(asked);
    this.items.delete(asked);
    return found;
  }

  put(asked: string, item: T): void {
    this.items.delete(asked);
    this.items.set(asked, item);
    for (const oldest of [...this.items.keys()].slice(0, -this.most)) this.items.delete(oldest);
  }
}
