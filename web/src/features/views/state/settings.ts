/** What a board, a calendar … needs: as the view says, or the first fields that fit. */
import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import type { ViewSettings } from "@/api/views";

import type { Look } from "./look";

type Kind = keyof ViewSettings;
type Settings<K extends Kind> = NonNullable<ViewSettings[K]>;

const FIRST: { [K in Kind]: (object: ObjectMeta) => Settings<K> | null } = {
  board: (object) =>
    made(
      object,
      (each) => each.type === "select",
      (field) => ({ field }),
    ),
  calendar: (object) => made(object, isDay, (start) => ({ start })),
  gallery: (object) =>
    made(
      object,
      (each) => each.type === "image" || each.type === "photo",
      (image) => ({ image }),
    ),
  tree: (object) =>
    made(
      object,
      (each) => each.object === object.key && !each.many,
      (parent) => ({ parent }),
    ),
  region: (object) =>
    made(
      object,
      (each) => each.type === "region",
      (field) => ({ field }),
    ),
};

/** Null where no field of the object fits. */
export function settingsFor<K extends Kind>(type: K, object: ObjectMeta, look: Look) {
  const said = look.view?.[type] as Settings<K> | null | undefined;
  return said ?? FIRST[type](object);
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

function made<T>(
  object: ObjectMeta,
  fits: (field: FieldMeta) => boolean,
  make: (key: string) => T,
) {
  const found = object.fields.find((field) => fits(field));
  return found ? make(found.key) : null;
}
