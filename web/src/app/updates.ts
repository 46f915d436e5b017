/** A newer build of the app while it is open: looked for quietly, taken over when the person says so. */
import { useSyncExternalStore } from "react";

const LOOK_MS = 30 * 60 * 1000;

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function found(worker: ServiceWorker | null) {
  waiting = worker;
  listeners.forEach((tell) => tell());
}

/** Keep the app for when there is no network, and look for newer builds. */
export async function keepForOffline(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const registered = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (!registered) return; // a browser that forbids it works all the same
  // The very first one serves the next visit; only a later one is news.
  const heard = () => navigator.serviceWorker.controller && found(registered.waiting);
  heard();
  registered.addEventListener("updatefound", () =>
    registered.installing?.addEventListener("statechange", heard),
  );
  const look = () => void registered.update().catch(() => undefined);
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
}

/** True when a newer build is ready. */
export function useNewer(): boolean {
  return useSyncExternalStore(subscribe, () => waiting != null);
}

const PATIENCE_MS = 15_000;

/** Load this page anew as the server has it; what is being typed is kept as a draft. */
export async function renew(): Promise<void> {
  const registered = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (registered) {
    waiting = await arrived(registered);
    if (waiting) return takeOver();
    // It would answer with the old page for ever.
    await registered.unregister();
  }
  window.location.reload();
}

/** The next service worker once it has all its files; null when none comes. */
async function arrived(registered: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  await registered.update().catch(() => undefined);
  const coming = registered.installing;
  if (coming) {
    await new Promise((resolve) => {
      coming.addEventListener("statechange", resolve, { once: true });
      setTimeout(resolve, PATIENCE_MS);
    });
  }
  return registered.waiting;
}

/** Take it over: what is being typed is kept as a draft, every open page is loaded anew. */
export function takeOver(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload());
  waiting?.postMessage({ type: "SKIP_WAITING" });
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
