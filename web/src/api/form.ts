/** Forms: how one record is laid out, with the conditions that run while somebody types. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { Tree } from "@/formula";
import type { Label } from "@/lib/label";

import { answered, api } from "./client";
import { keys } from "./query";

export interface Conditions {
  visible?: Tree;
  required?: Tree;
  read_only?: Tree;
}

export interface FormField extends Conditions {
  /** A field's key, or a path through references. */
  field: string;
  span: number;
  help?: Label;
}

/** One of: fields in columns, a field of lines, a list of referring records. */
export interface FormSection extends Conditions {
  label: Label | null;
  folded: boolean;
  columns?: number;
  fields?: FormField[];
  lines?: string;
  related?: string;
  /** The object of the lines or the related records, and its field that refers here. */
  object?: string;
  via?: string | null;
  show?: string[];
}

export interface FormTab extends Conditions {
  label: Label;
  sections: FormSection[];
}

export interface Form {
  object: string;
  /** Null: made of the object's fields. */
  key: string | null;
  label: Label;
  header: string[];
  /** Of the facts above: whose options are the way it goes. */
  stage: string | null;
  /** Asked for first where there is little room; none: all of it. */
  quick: string[];
  tabs: FormTab[];
  /** Values of the conditions' slots on the record asked about. */
  slots?: unknown[];
}

export function useForm(object: string, record?: string) {
  return useQuery({
    queryKey: [...keys.object(object), "form", record ?? null],
    queryFn: () => {
      const params = { path: { object_key: object }, query: { record } };
      return answered<Form>(api.GET("/api/objects/{object_key}/form", { params } as never));
    },
    placeholderData: keepPreviousData,
  });
}
