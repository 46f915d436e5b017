/** Which parts of a form are asked for: what can be typed, what must be, what comes first. */
import type { Form, FormField, FormSection } from "@/api/form";
import type { FieldMeta } from "@/api/types";
import { isAsked } from "@/fields/creating";

import type { State } from "./conditions";

/** What can be typed of a record to come. */
export function typedOf(section: FormSection, fieldFor: FieldFor): FormSection {
  if (!section.fields) return section;
  const fields = section.fields.filter((item) => fieldFor(item.field)?.writable);
  return { ...section, fields };
}

export function isFilled(section: FormSection): boolean {
  return section.lines != null || (section.fields ?? []).length > 0;
}

export type FieldFor = (path: string) => FieldMeta | undefined;

/** The keys of fields that must be filled in and can be seen. */
export function requiredOf(
  sections: FormSection[],
  state: (part: FormField | FormSection) => State,
  fieldFor: FieldFor,
  isNew: boolean,
): string[] {
  const items = sections.filter((each) => state(each).visible).flatMap((each) => each.fields ?? []);
  return items
    .filter((item) => {
      const found = state(item);
      const field = fieldFor(item.field);
      const own = field && field.type !== "boolean" && (isNew ? isAsked(field) : field.required);
      const must = found.required || own;
      return field?.writable && found.visible && !found.readOnly && must;
    })
    .map((item) => item.field);
}

/** What is asked for first, as one section; only what may be seen now. */
export function quickOf(
  form: Form,
  sections: FormSection[],
  state: (part: FormField | FormSection) => State,
): FormSection[] {
  const seen = sections.filter((section) => state(section).visible);
  const items = seen.flatMap((section) => section.fields ?? []);
  const fields = form.quick.flatMap((key) => items.find((item) => item.field === key) ?? []);
  return [{ label: null, folded: false, columns: 1, fields }];
}
