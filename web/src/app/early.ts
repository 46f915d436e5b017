/** What the first page needs, asked for at once: answers come while its code is still loading. */
import { matchPath } from "react-router";

import { metaQuery } from "@/api/catalogue";
import { speak } from "@/api/client";
import { queries } from "@/api/query";
import { sessionQuery } from "@/api/session";
import { settingsQuery } from "@/api/settings";
import { chosenLanguage } from "@/i18n";

import { pages } from "./router";

/** Resolves when the code of the first page is there; what fails is asked for again by the page. */
export async function askEarly(): Promise<void> {
  const { pathname } = window.location;
  const found = pages.map((page) => ({ page, match: matchPath(page.path, pathname) }));
  const { page, match } = found.find((each) => each.match) ?? {};
  if (!page) return;
  speak(chosenLanguage());
  void queries.prefetchQuery(sessionQuery);
  void queries.prefetchQuery(metaQuery);
  void queries.prefetchQuery(settingsQuery);
  page.ask?.(match?.params ?? {});
  await page.Page.fetch().catch(() => undefined);
}
