/** Which of a record's key facts is the way it goes. */
import type { Form } from "@/api/form";
import type { FieldMeta } from "@/api/types";

/** The choice whose options are the way the record goes: its form names it. */
export function stageOf(form: Form, facts: FieldMeta[]): FieldMeta | undefined {
  return facts.find(({ key, type }) => key === form.stage && type === "select");
}
