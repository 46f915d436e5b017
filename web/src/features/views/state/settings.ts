/** What a board, a calendar … needs: as the address says, the view, or the first fields that fit. */
import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import type { ViewSettings } from "@/api/views";

import type { Look } from "./look";

type Kind = keyof ViewSettings;
type Settings<K extends Kind> = NonNullable<ViewSettings[K]>;

interface Need<K extends Kind> {
  /** The setting that names the field. */
  name: keyof Settings<K> & string;
  fits: (field: FieldMeta, object: ObjectMeta) => boolean;
}

const NEEDS: { [K in Kind]: Need<K> } = {
  board: { name: "field", fits: ({ type }) => type === "select" },
  calendar: { name: "start", fits: isDay },
  gallery: { name: "image", fits: ({ type }) => type === "image" || type === "photo" },
  tree: { name: "parent", fits: (field, { key }) => field.object === key && !field.many },
  region: { name: "field", fits: ({ type }) => type === "region" },
};

/** The fields by which something may be shown as a board, a calendar … */
export function fieldsFor(type: Kind, object: ObjectMeta): FieldMeta[] {
  return object.fields.filter((field) => NEEDS[type].fits(field, object));
}

/** The one it is shown by. */
export function shownBy(type: Kind, object: ObjectMeta, look: Look): string | undefined {
  const settings = settingsFor(type, object, look) as Record<string, string> | null;
  return settings?.[NEEDS[type].name];
}

/** Null where no field of the object fits. */
export function settingsFor<K extends Kind>(
  type: K,
  object: ObjectMeta,
  look: Look,
): Settings<K> | null {
  const said = look.view?.[type] as Settings<K> | null | undefined;
  const { name } = NEEDS[type];
  const fields = fieldsFor(type, object);
  const chosen = look.type === type ? fields.find(({ key }) => key === look.by) : undefined;
  const own = (said as Record<string, unknown> | null | undefined)?.[name];
  const kept = said && (!chosen || own === chosen.key) ? said : null;
  const first = chosen ?? fields[0];
  const settings = kept ?? (first ? ({ [name]: first.key } as Settings<K>) : null);
  if (!settings || type !== "board") return settings;
  return boardOf(settings as Settings<"board">, look) as unknown as Settings<K>;
}

/** Another field has other columns, but its cards add up the same. */
function boardOf(settings: Settings<"board">, look: Look): Settings<"board"> {
  const { sum, cards } = look.view?.board ?? {};
  return { sum, cards, ...settings, ...(look.sum != null && { sum: look.sum || undefined }) };
}

/** The fields of a card, beside its title. */
export function cardFields(object: ObjectMeta, look: Look, named?: string[]): FieldMeta[] {
  const asked = named?.length ? named.map((key) => fieldOf(object, key)) : [];
  const fields = asked.length ? asked : look.columns.map(({ field }) => field).slice(0, 5);
  return fields.filter((field) => field != null).filter(({ key }) => key !== object.title_field);
}

function isDay(field: FieldMeta): boolean {
  return (field.type === "date" || field.type === "datetime") && !field.personal;
}
