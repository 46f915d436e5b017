/** Saved views: shared ones are definitions, own ones lie at /views; and conditions as rows. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Label } from "@/lib/label";

import { answered, api } from "./client";
import { keys } from "./query";

export type ViewType = "list" | "board" | "calendar" | "gallery" | "tree" | "region";
export type Grain = "day" | "week" | "month" | "quarter" | "year";
export type Figure = "sum" | "avg" | "min" | "max";

export interface ViewColumn {
  field: string;
  width?: number;
  pinned?: boolean;
  hidden?: boolean;
  figure?: Figure;
}

export interface ViewGroup {
  field: string;
  grain?: Grain | null;
}

export interface ViewSettings {
  board: { field: string; cards?: string[]; sum?: string | null; closed?: string[] } | null;
  calendar: { start: string; end?: string | null } | null;
  gallery: { image?: string | null; cards?: string[] } | null;
  tree: { parent: string } | null;
  region: { field: string } | null;
}

export interface Named {
  id: string;
  /** Null for what is gone. */
  name: string | null;
}

/** Teams are read with their names and written by id. */
export interface ViewBody<Team = Named> extends ViewSettings {
  object: string;
  type: ViewType;
  label: Label;
  icon: string | null;
  position: number;
  columns: ViewColumn[];
  filter: string | null;
  sort: string[];
  group_by: ViewGroup[];
  measures: { key: string; label: Label; formula: string }[];
  colour_by: string | null;
  visible_to?: string[];
  teams?: Team[];
  default_for?: string[];
}

export type ViewSaid = Partial<ViewBody<string>>;

/** A view as the reader may use it. */
export interface View extends ViewBody {
  key: string;
  title: string;
  own: boolean;
  /** Whether the reader may change it. */
  changeable: boolean;
  /** Who shared it; null for what an app brought. */
  maker?: Named | null;
  version: number;
  notes: { code: string; message: string }[];
}

const viewsKey = (object: string) => ["views", object] as const;

export function viewsQuery(object: string) {
  return queryOptions({
    queryKey: viewsKey(object),
    queryFn: async () => {
      const params = { query: { object } };
      return (await answered<{ items: View[] }>(api.GET("/api/views", { params }))).items;
    },
    staleTime: 60_000,
  });
}

/** The reader's views of an object, the one to begin with first. */
export function useViews(object: string) {
  return useQuery(viewsQuery(object));
}

/** Forget what views looked like: the pages and the navigation ask anew. */
export function useViewsChanged(object: string) {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: viewsKey(object) });
    await client.invalidateQueries({ queryKey: keys.meta });
  };
}

/** Keep a new view of the caller's own, or write one anew: 409 when somebody was faster. */
export function keepView(body: ViewSaid, view?: View): Promise<View> {
  if (!view) return answered<View>(api.POST("/api/views", { body } as never));
  const params = { path: { view_key: view.key }, query: { base: view.version } };
  return answered<View>(api.PUT("/api/views/{view_key}", { params, body } as never));
}

/** Make a view for others: needs the right to share views, or to change them. */
export function shareView(body: ViewSaid): Promise<View> {
  const params = { query: { shared: true } };
  return answered<View>(api.POST("/api/views", { params, body } as never));
}

export function dropView(view: View): Promise<unknown> {
  const params = { path: { view_key: view.key } };
  return answered(api.DELETE("/api/views/{view_key}", { params } as never));
}
