/** What the first list is drawn from, asked for before it is drawn: it comes with its rows. */
import { metaQuery } from "@/api/catalogue";
import { queries } from "@/api/query";
import { rowsQuery } from "@/api/useRows";
import { viewsQuery } from "@/api/views";
import { chosenLanguage } from "@/lib/chosen";
import { labelText } from "@/lib/label";

import { EVERY, lookOf, viewOf } from "../state/look";
import { storedColumns } from "../state/stored";
import { askedOf } from "./asked";

/** Resolves when the list of the address can be drawn whole; what fails is told by the list. */
export async function prepare({ object: key = "" }: Readonly<Record<string, string>>) {
  const [meta, views] = await Promise.all([
    queries.ensureQueryData(metaQuery),
    queries.ensureQueryData(viewsQuery(key)),
  ]);
  const object = meta.objects.find((each) => each.key === key);
  if (!object) return;
  const params = new URLSearchParams(window.location.search);
  const view = viewOf(views, params);
  const stored = storedColumns(key, view?.key ?? EVERY);
  const speak: Parameters<typeof lookOf>[0]["speak"] = (label) =>
    labelText(label, chosenLanguage());
  const look = lookOf({ meta, object, view, stored, params, speak });
  if (look.type !== "list" || look.group.length > 0) return;
  await queries.prefetchQuery(rowsQuery(key, askedOf(object, look)));
}
