/** What a field type brings: a folder `fields/<type>/` with these files, found by their names. */
import type { ComponentType } from "react";

import type { FieldMeta } from "@/api/types";

/**
 * Where a value is shown: a narrow cell cuts and rounds, a page shows it whole; in a list values
 * stand below each other and are compared; a figure is the sum of many.
 */
export type Place = "list" | "page" | "card" | "figure";

export interface CellProps<T = unknown> {
  field: FieldMeta;
  /** Never null or "": blanks are drawn once, by `FieldCell`. */
  value: T;
  place: Place;
}

export interface EditorProps<T = unknown> {
  field: FieldMeta;
  value: T | null;
  onChange: (value: T | null) => void;
  /** The editor is done: Enter, a choice made. */
  onDone?: () => void;
  /** Message at this field. */
  error?: string;
  autoFocus?: boolean;
  id?: string;
}

export interface FilterProps {
  field: FieldMeta;
  operator: string;
  value: unknown;
  onChange: (operator: string, value: unknown) => void;
}

export interface SettingsProps {
  field: Partial<FieldMeta>;
  onChange: (changed: Partial<FieldMeta>) => void;
}

export type Cell = ComponentType<CellProps<never>>;
export type Editor = ComponentType<EditorProps<never>>;
export type Filter = ComponentType<FilterProps>;
export type Settings = ComponentType<SettingsProps>;
