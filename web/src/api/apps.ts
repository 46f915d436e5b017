/** Apps: which there are, what installing or removing one would do, its demo data. */
import type { Label } from "@/lib/label";

import { answered, api } from "./client";

export interface Progress {
  state: string;
  done: number;
  total: number;
}

export interface AppItem {
  key: string;
  label: Label;
  description: Label | null;
  icon: string | null;
  requires: string[];
  /** How many definitions of each kind it has. */
  contents: Record<string, number>;
  /** Whether it brings demo data. */
  demo: boolean;
  /** The version there is; null for one that was brought as a file. */
  version: string | null;
  /** The version here, null while it is not installed. */
  installed: string | null;
  /** How far the removal of its data is, while that goes on. */
  purge: Progress | null;
}

export type PlanAction = "create" | "change" | "remove" | "keep" | "same";

export interface PlanStep {
  action: PlanAction;
  kind: string;
  key: string;
  /** What people call it. */
  name: string;
  text: string;
  details: string[];
}

export interface Plan {
  bundle: string;
  version: string;
  counts: Partial<Record<PlanAction, number>>;
  /** Places that both sides changed. */
  conflicts: string[];
  impact: { code: string; message: string }[];
  /** What carrying it out needs, where it costs something. */
  confirm: string | null;
  steps: PlanStep[];
}

export interface Demo {
  loaded: boolean;
  records: number;
  /** How many of them were changed since. */
  edited: number;
  /** The latest load in the background. */
  load: (Progress & { failure: { message: string } | null }) | null;
}

export interface DemoRemoved {
  records: number;
  kept_count: number;
}

export const appKeys = {
  all: ["apps"] as const,
  list: ["apps", "list"] as const,
  plan: (app: string, ...asked: unknown[]) => ["apps", "plan", app, ...asked] as const,
  demo: (app: string) => ["apps", "demo", app] as const,
};

/** Everything a query of one app says. */
function of(name: string, query: object = {}) {
  return { params: { path: { name }, query } };
}

export async function readApps(): Promise<AppItem[]> {
  const { items } = await answered<{ items: AppItem[] }>(api.GET("/api/bundles"));
  return items;
}

export function readPlan(app: string, overwrite: boolean): Promise<Plan> {
  return answered(api.GET("/api/bundles/{name}/diff", of(app, { overwrite }) as never));
}

export interface Wish {
  overwrite?: boolean;
  confirm?: string | null;
  /** The app's name, typed: its data goes for good. */
  purge?: string;
  dry_run?: boolean;
}

/** What is blank is not asked. */
function asked(wish: Wish) {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value));
}

export function install(app: string, wish: Wish): Promise<Plan> {
  return answered(api.POST("/api/bundles/{name}/install", of(app, asked(wish)) as never));
}

/** With `dry_run` it only tells what would go. */
export function uninstall(app: string, wish: Wish): Promise<Plan> {
  return answered(api.POST("/api/bundles/{name}/uninstall", of(app, asked(wish)) as never));
}

export function readDemo(app: string): Promise<Demo> {
  return answered(api.GET("/api/bundles/{name}/demo", of(app) as never));
}

/** How much of the demo: what is more than a handful is loaded in the background. */
export const DEMO_SCALES = { some: 0.2, all: 1 } as const;
export type DemoSize = keyof typeof DEMO_SCALES;

export async function loadDemo(app: string, size: DemoSize): Promise<void> {
  const body = { scale: DEMO_SCALES[size], seed: 1 };
  await answered(api.POST("/api/bundles/{name}/demo", { ...of(app), body } as never));
}

export async function cancelDemo(app: string): Promise<void> {
  await answered(api.DELETE("/api/bundles/{name}/demo/load", of(app) as never));
}

export function removeDemo(app: string, edited: boolean): Promise<DemoRemoved> {
  return answered(api.DELETE("/api/bundles/{name}/demo", of(app, { edited }) as never));
}
