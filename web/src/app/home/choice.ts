/** Which lists stand on the workbench, and which facts of their records: from the catalogue alone. */
import { fieldOf } from "@/api/catalogue";
import type { ListView } from "@/api/lists";
import { firstRecords } from "@/api/records";
import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import { withLate } from "@/fields/late";

/** How many records a list shows. */
export const SHOWN = 6;
/** Without pins as many as fit a screen. */
const UNPINNED = 4;
// How a formula says "the reader", in every language.
const MINE = /\bME\(\)/;

export interface HomeLists {
  /** The pinned views; until something is pinned, one's own records that wait for a day to come. */
  first: ListView[];
  /** What waits in the team: for who has nothing of their own, a manager say. */
  otherwise: ListView[];
}

export function homeLists(meta: Meta, views: ListView[], pins: string[]): HomeLists {
  const chosen = pins.map((key) => views.find((view) => view.key === key));
  const found = chosen.filter((view) => view != null);
  if (found.length > 0) return { first: found, otherwise: [] };
  const order = meta.navigation.flatMap((app) => app.objects.map(({ object }) => object));
  const place = (view: ListView) => order.indexOf(view.object);
  // The end of the menu is what is done today, its beginning what the others hang from.
  const waiting = views
    .filter((view) => view.filter && dayOf(meta, view))
    .sort((a, b) => place(b) - place(a));
  return {
    first: waiting.filter((view) => MINE.test(view.filter!)).slice(0, UNPINNED),
    otherwise: waiting.filter((view) => !MINE.test(view.filter!)).slice(0, UNPINNED),
  };
}

/** The date a list is sorted by, the next one first. */
export function dayOf(meta: Meta, view: ListView): FieldMeta | undefined {
  const object = meta.objects.find(({ key }) => key === view.object);
  const field = object && view.sort[0] ? fieldOf(object, view.sort[0]) : undefined;
  return field && ["date", "datetime"].includes(field.type) ? field : undefined;
}

/** What stands beside a title: whom it is about, its state, its worth, its day. */
export function factsOf(object: ObjectMeta, view: ListView, day?: FieldMeta): FieldMeta[] {
  const shown = view.columns
    .filter((column) => !column.hidden && column.field !== object.title_field)
    .map((column) => fieldOf(object, column.field))
    .filter((field) => field != null);
  const first = (type: string) => shown.find((field) => field.type === type);
  const state = shown.find((field) => field.key === view.colour_by) ?? first("select");
  const facts = [first("reference"), state, first("money"), day ?? first("date")];
  return facts.filter((field) => field != null);
}

/** The query of the records that stand on the workbench. */
export function shortList(meta: Meta, object: ObjectMeta, view: ListView) {
  const facts = factsOf(object, view, dayOf(meta, view)).map(({ key }) => key);
  const fields = facts.filter((key) => !object.system.some((field) => field.key === key));
  const asked = {
    filter: view.filter ?? undefined,
    sort: view.sort.join(",") || undefined,
    fields: withLate(object, [object.title_field, ...fields]).join(",") || undefined,
  };
  return firstRecords(object.key, asked, SHOWN);
}
