/** Field paths of a view (`owner`, `account.level`) as fields to show. */
import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, Meta, ObjectMeta } from "@/api/types";
import type { Label } from "@/lib/label";

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
  const target = meta.objects.find((each) => each.key === step.object);
  const end = target
    ? pathField(meta, target, rest.join("."), speak)
    : // People have no object of their own in the catalogue; their name is a text.
      { ...step, label: "", type: "text", kind: "text" };
  if (!end) return undefined;
  const label = [speak(step.label), speak(end.label)].filter(Boolean).join(" · ");
  return { ...end, key: path, label, writable: false, read_only: true };
}

/** Fields that may stand in a column or a sort, own ones first. */
export function offered(object: ObjectMeta): FieldMeta[] {
  const system = object.system
    .filter(({ key }) => !["id", "version"].includes(key))
    .map(({ key }) => fieldOf(object, key));
  const own = object.fields.filter((field) => field.type !== "lines");
  return [...own, ...system.filter((field) => field != null)];
}

const UNSORTED = new Set(["json", "multi", "uuids", "children"]);

export function isSortable(field: FieldMeta): boolean {
  return !UNSORTED.has(field.kind) && !(field.type === "reference" && field.many);
}

export function isNumber(field: FieldMeta): boolean {
  return field.kind === "number" && !field.key.includes(".");
}
