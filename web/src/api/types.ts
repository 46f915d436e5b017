/** What the server sends, where its description says only "an object". */
import type { Tree } from "@/formula";
import type { Label, Language } from "@/lib/label";

export interface Person {
  id: string;
  title: string;
}

export interface Place {
  id: number;
  name: string;
}

export interface Session {
  account: { id: string; login: string; language: Language | null; totp: boolean };
  member: { id: string; name: string; main_team: string | null; teams: string[] };
  roles: { key: string; label: Label }[];
  rights: string[];
  via: string;
  language: Language;
  insecure: boolean;
  workspace: Place & { timezone: string };
  workspaces: Place[];
}

export interface Option {
  key: string;
  label: Label;
  colour?: string;
  retired?: boolean;
  /** Of a cascade: the options below. */
  options?: Option[];
}

/** The kind of value a formula sees; what computed fields are shown by. */
export type Kind =
  | "text"
  | "number"
  | "bool"
  | "date"
  | "datetime"
  | "duration"
  | "select"
  | "multi"
  | "ref"
  | "refs"
  | "children"
  | "json"
  | string;

export interface FieldMeta {
  id: string;
  key: string;
  label: Label;
  type: string;
  kind: Kind;
  required: boolean;
  unique: boolean;
  read_only: boolean;
  writable: boolean;
  sensitive: boolean;
  personal: boolean;
  partial: boolean;
  searchable: boolean;
  default: unknown;
  help: Label | null;
  placeholder: Label | null;
  position: number;
  operators: string[];
  options?: Option[];
  object?: string;
  many?: boolean;
  decimals?: number;
  thousands?: boolean;
  unit?: Label;
  currency?: string;
  /** Of a computed number: what its formula makes it. */
  shown_as?: "money" | "percent";
  show?: "clock" | "hours" | "days";
  level?: "province" | "city" | "district";
  max_length?: number;
  min?: string | number;
  max?: string | number;
  /** Of a computed field: how, if its reader reads all of it; and the words of its slots. */
  tree?: Tree;
  slot_texts?: string[];
  /** Of a date: the yes or no that says its time has passed. */
  late_when?: string | undefined;
  /** As its author wrote it. */
  formula?: string;
  expression?: string;
  [setting: string]: unknown;
}

export interface SystemField {
  key: string;
  label: Label;
  kind: Kind;
  object?: "member" | "team";
}

export interface RelatedList {
  key: string;
  label: Label;
  object: string;
  field: string;
}

export interface ObjectMeta {
  id: string;
  key: string;
  label: Label;
  icon: string | null;
  app: string | null;
  lines_of: string | null;
  help: Label | null;
  position: number;
  title_field: string | null;
  timeline: string | null;
  verbs: string[];
  fields: FieldMeta[];
  system: SystemField[];
  lists: RelatedList[];
  /** Keys of other objects its computed fields read: a change there may change it. */
  reads: string[];
}

/** A saved view, as much of it as a menu needs. */
export interface ViewMeta {
  key: string;
  object: string;
  type: string;
  label: Label;
  own: boolean;
}

/** An app in the menu, its objects in order, the views of each with the first one to show first. */
export interface AppMeta {
  app: string | null;
  label: Label;
  objects: { object: string; views: string[]; default: string | null }[];
}

export interface Meta {
  version: number;
  objects: ObjectMeta[];
  navigation: AppMeta[];
  views: ViewMeta[];
}

export type Values = Record<string, unknown>;

/** A reference as read; `title` is null when the reader may not read it. */
export interface Reference {
  id: string;
  title: string | null;
  hidden?: boolean;
}

export interface StoredFile {
  id: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
}

/** One record as the reader may read it; a field absent from `values` is not theirs to see. */
export interface Row {
  id: string;
  object: string;
  version: number;
  title: string | null;
  created_at: string;
  created_by: Reference | null;
  updated_at: string;
  updated_by: Reference | null;
  owner: Reference | null;
  team: Reference | null;
  deleted_at: string | null;
  /** In the trash only. */
  deleted_by?: Reference | null;
  values: Values;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
  total?: number;
}
