/** Where the web app begins: what the page asks for goes out at once, then its code comes. */
import { askAhead } from "@/api/ahead";

import { pageAt } from "./pages";

const FRAME = ["/api/auth/session", "/api/meta", "/api/me/settings"];

if (/^\/side(\/|$)/.test(window.location.pathname)) {
  askAhead(FRAME);
  void import("./side/begin").then(({ begin }) => begin());
} else {
  const { page, params } = pageAt(window.location.pathname);
  if (page) askAhead([...FRAME, ...(page.asks?.(params) ?? [])]);
  // Beside the app's own code; what does not come is told by who shows it.
  page?.load().catch(() => undefined);
  void import("./begin").then(({ begin }) => begin(page, params));
}
