/** Field paths of a view (`owner`, `account.level`) as fields to show. */
import i18next from "i18next";

import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import type { Label } from "@/lib/label";

const TEAM_ABOVE = "team.parent";

type Speak = (text: Label | null | undefined) => string;

/** The field at a path, its key the whole path; undefined when the reader does not have it. */
export function pathField(
  meta: Meta,
  object: ObjectMeta,
  path: string,
  speak: Speak,
): FieldMeta | undefined {
  const own = fieldOf(object, path);
  if (own) return own;
  const [first, ...rest] = path.split(".") as [string, ...string[]];
  const step = fieldOf(object, first);
  if (!step || rest.length === 0) return undefined;
  // Teams have no object of their own in the catalogue either; the team above is a region's.
  if (path === TEAM_ABOVE) return { ...step, key: path, label: i18next.t("list.teamAbove") };
  const target = meta.objects.find((each) => each.key === step.object);
  const end = target
    ? pathField(meta, target, rest.join("."), speak)
    : // People have no object of their own in the catalogue; their name is a text.
      { ...step, label: "", type: "text", kind: "text" };
  if (!end) return undefined;
  const label = [speak(step.label), speak(end.label)].filter(Boolean).join(" · ");
  return { ...end, key: path, label, writable: false, read_only: true, late_when: undefined };
}

/** Fields that may stand in a column or a sort, own ones first. */
export function offered(object: ObjectMeta): FieldMeta[] {
  const system = object.system
    .filter(({ key }) => !["id", "version"].includes(key))
    .map(({ key }) => fieldOf(object, key));
  const own = object.fields.filter((field) => field.type !== "lines");
  return [...own, ...system.filter((field) => field != null)];
}

export interface Reach {
  /** Whose fields they are. */
  label: string;
  fields: FieldMeta[];
}

/** Fields to choose from: the object's own, then those of each record it points to. */
export function reach(
  meta: Meta,
  object: ObjectMeta,
  speak: Speak,
  fits: (field: FieldMeta) => boolean = () => true,
): Reach[] {
  const found = (paths: string[]) =>
    paths
      .map((path) => pathField(meta, object, path, speak))
      .filter((field) => field != null && fits(field)) as FieldMeta[];
  const own = [...offered(object).map(({ key }) => key), TEAM_ABOVE];
  const steps = object.fields
    .filter((step) => step.type === "reference" && !step.many)
    .map((step) => {
      const target = meta.objects.find(({ key }) => key === step.object);
      const ends = target ? offered(target) : [];
      const fields = found(ends.map(({ key }) => `${step.key}.${key}`));
      return { label: speak(step.label), fields };
    });
  return [{ label: speak(object.label), fields: found(own) }, ...steps].filter(
    ({ fields }) => fields.length > 0,
  );
}

/** As the choices of a select: own fields first, others below whose they are. */
export function choicesOf(reached: Reach[], speak: Speak) {
  const [own, ...steps] = reached.map(({ label, fields }) => ({
    label,
    options: fields.map((each) => ({ value: each.key, label: speak(each.label) })),
  }));
  return [...(own?.options ?? []), ...steps];
}

const UNSORTED = new Set(["json", "multi", "uuids", "children"]);

export function isSortable(field: FieldMeta): boolean {
  return !UNSORTED.has(field.kind) && !(field.type === "reference" && field.many);
}

export function isNumber(field: FieldMeta): boolean {
  return field.kind === "number" && !field.key.includes(".");
}
