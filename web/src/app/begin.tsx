/** The first page is drawn when its words, its code and its answers are here: in one go. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";

import { metaQuery } from "@/api/catalogue";
import { speak } from "@/api/client";
import { queries } from "@/api/query";
import { sessionQuery } from "@/api/session";
import { settingsQuery } from "@/api/settings";
import { startWords } from "@/i18n";
import { chosenLanguage } from "@/lib/chosen";
import { watchKeyboard } from "@/ui/keyboard";
import { MenuPart } from "@/ui/Menu";
import { watchTextScale } from "@/ui/textScale";
import { Told, ToldPart } from "@/ui/ToldHost";
import { useColours } from "@/ui/useColours";
import "@/ui/base.css";

import type { PageEntry, Params } from "./pages";
import { pages, router } from "./router";
import { keepForOffline } from "./updates";

/** Answers are waited for so long; a slow server's come when the frame stands already. */
const PATIENCE_MS = 300;

/** Draw the app; `first` is the page that is opened, undefined outside of the frame. */
export async function begin(first: PageEntry | undefined, params: Params): Promise<void> {
  watchKeyboard();
  watchTextScale();
  speak(chosenLanguage());
  const answers = first ? answered(first, params) : Promise.resolve();
  const code = pages.find(({ key }) => key === first?.key)?.Page.fetch();
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.all([startWords(), code, Promise.race([answers, patience])].map(settled));
  draw();
  // When this page stands the browser has time for what is next: a menu, the next visit.
  setTimeout(() => [MenuPart, ToldPart].forEach((part) => whenIdle(part.ahead)), AHEAD_MS);
  if (document.readyState === "complete") void keepForOffline();
  else window.addEventListener("load", () => void keepForOffline());
}

/** Until then the network belongs to what is looked at. */
const AHEAD_MS = 2000;
const LATEST_MS = 3000;

function whenIdle(act: () => void) {
  // Safari knows no idle time.
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, LATEST_MS);
}

async function answered(page: PageEntry, params: Params): Promise<void> {
  const prepared = page.load().then(({ prepare }) => prepare?.(params));
  await Promise.all([
    queries.prefetchQuery(sessionQuery),
    queries.prefetchQuery(metaQuery),
    queries.prefetchQuery(settingsQuery),
    prepared,
  ]);
}

/** What fails is asked for again, and told, by who shows it. */
function settled(promise: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.resolve(promise).catch(() => undefined);
}

function Look({ children }: { children: ReactNode }) {
  useColours();
  return <div className="app">{children}</div>;
}

function draw() {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Look>
          <RouterProvider router={router} />
        </Look>
        <Told />
      </QueryClientProvider>
    </StrictMode>,
  );
}
