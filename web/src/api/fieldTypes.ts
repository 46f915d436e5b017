/** Field types as the server knows them: names, and what can be set of each. */
import { useQuery } from "@tanstack/react-query";

import type { Label } from "@/lib/label";

import { answered, api } from "./client";
import type { Page } from "./types";

/** As much of JSON Schema as settings use. */
export interface SettingSchema {
  type?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  pattern?: string;
  anyOf?: SettingSchema[];
}

export interface Setting {
  key: string;
  label: Label;
  required: boolean;
  default: unknown;
  schema: SettingSchema;
}

export interface FieldType {
  type: string;
  label: Label;
  about: Label;
  computed: boolean;
  unique: boolean;
  settings: Setting[];
}

export function useFieldTypes() {
  return useQuery({
    queryKey: ["field-types"],
    queryFn: async () => (await answered<Page<FieldType>>(api.GET("/api/field-types"))).items,
    staleTime: Infinity,
  });
}
