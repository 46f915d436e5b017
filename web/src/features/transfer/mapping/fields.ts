/** The fields a column may fill, as a select offers them. */
import type { TFunction } from "i18next";

import type { FillableField, ImportDocument } from "@/api/imports";

export interface FieldOption {
  value: string;
  label: string;
  /** What is searched. */
  words: string;
  required: boolean;
  taken: boolean;
}

export interface FieldGroup {
  label: string;
  options: FieldOption[];
}

export function fieldOptions(
  fields: FillableField[],
  taken: ReadonlySet<string>,
  t: TFunction,
): FieldGroup[] {
  const option = ({ key, label, required }: FillableField): FieldOption => ({
    value: key,
    label,
    words: `${label} ${key}`.toLowerCase(),
    required,
    taken: taken.has(key),
  });
  const own = fields.filter((field) => field.lines === null && field.fills !== false).map(option);
  const given = fields.filter((field) => field.fills === false).map(option);
  const lines = fields.filter((field) => field.lines !== null).map(option);
  const groups = [
    { label: t("transfer.ownFields"), options: own },
    { label: t("transfer.lineFields"), options: lines },
    { label: t("transfer.givenFields"), options: given },
  ];
  return groups.filter(({ options }) => options.length > 0);
}

/** The groups for a select in which `now` is chosen: what other columns fill cannot be. */
export function offered(groups: FieldGroup[], now?: string) {
  return groups.map(({ label, options }) => ({
    label,
    options: options.map((each) => ({ ...each, disabled: each.taken && each.value !== now })),
  }));
}

/** Whether an offered field answers to what is typed. */
export function found(typed: string, option?: object): boolean {
  const { words } = (option ?? {}) as Partial<FieldOption>;
  return Boolean(words?.includes(typed.trim().toLowerCase()));
}

export function labelOf(made: ImportDocument, field: string): string {
  return made.fields.find(({ key }) => key === field)?.label ?? field;
}
