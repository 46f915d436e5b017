/** Parts whose code comes when they are first shown, or earlier: `fetch()`, `ahead()`. */
import { startTransition, useEffect, useState, type ComponentType, type JSX } from "react";

import { loadWhole } from "@/i18n";

type Loaded<P> = ComponentType<P> & { fetch?: never };

/** What the first pages do without: antd's look and the rest of the words. */
async function dressing() {
  const [{ Theme }] = await Promise.all([import("./Theme"), loadWhole()]);
  return function dressed<P extends object>(Bare: Loaded<P>): Loaded<P> {
    return function Dressed(props: P & JSX.IntrinsicAttributes) {
      return (
        <Theme>
          <Bare {...props} />
        </Theme>
      );
    };
  };
}

/**
 * `load`ed once for all; `Waiting` stands there meanwhile. Unlike React.lazy, what has been fetched
 * before is shown at once, and what comes is not held back to spare people a blinking skeleton.
 * `bare`: made without antd and of the first words (i18n/first.ts).
 */
export function later<P extends object>(
  load: () => Promise<{ default: Loaded<P> }>,
  Waiting?: ComponentType,
  bare = false,
) {
  let part: Loaded<P> | undefined;
  let coming: Promise<Loaded<P>> | undefined;

  async function comes() {
    const [{ default: found }, dressed] = await Promise.all([load(), bare ? null : dressing()]);
    return dressed ? dressed(found) : found;
  }

  /** Rejects when the network does not give it; asked again it tries again. */
  function fetch(): Promise<Loaded<P>> {
    coming ??= comes().then(
      (found) => (part = found),
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
