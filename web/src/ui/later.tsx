/** Parts whose code comes when they are first shown, or earlier: `fetch()`, `ahead()`. */
import { startTransition, useEffect, useState, type ComponentType } from "react";

type Loaded<P> = ComponentType<P> & { fetch?: never };

/**
 * `load`ed once for all; `Waiting` stands there meanwhile. Unlike React.lazy, what has been fetched
 * before is shown at once, and what comes is not held back to spare people a blinking skeleton.
 */
export function later<P extends object>(
  load: () => Promise<{ default: Loaded<P> }>,
  Waiting?: ComponentType,
) {
  let part: Loaded<P> | undefined;
  let coming: Promise<Loaded<P>> | undefined;

  /** Rejects when the network does not give it; asked again it tries again. */
  function fetch(): Promise<Loaded<P>> {
    coming ??= load().then(
      ({ default: found }) => (part = found),
      (error: unknown) => {
        coming = undefined;
        throw error;
      },
    );
    return coming;
  }

  function Later(props: P) {
    const [{ Part, error }, set] = useState<{ Part?: Loaded<P>; error?: unknown }>({ Part: part });
    useEffect(() => {
      if (Part) return;
      fetch().then(
        // Drawn in pieces: what is typed meanwhile is heard.
        (found) => startTransition(() => set({ Part: found })),
        (failed: unknown) => set({ error: failed }),
      );
    }, [Part]);
    // The page's own frame tells of it.
    if (error) throw error;
    return Part ? <Part {...props} /> : Waiting ? <Waiting /> : null;
  }

  /** Somebody is about to need it: a pointer is over what opens it. */
  function ahead() {
    fetch().catch(() => undefined);
  }

  return Object.assign(Later, { fetch, ahead, here: () => part != null });
}

/**
 * True when the code of all these parts is here, and from then on: what stands among them comes at
 * once and nothing moves. What the network does not give tells of itself.
 */
export function useFetched(parts: Pick<ReturnType<typeof later>, "fetch" | "here">[]): boolean {
  const [ready, setReady] = useState(() => parts.every((part) => part.here()));
  useEffect(() => {
    if (ready) return;
    void Promise.allSettled(parts.map((part) => part.fetch())).then(() =>
      startTransition(() => setReady(true)),
    );
  }, [ready, parts]);
  return ready;
}
