/** Whom a view is for, as a dialog asks and as its body says. */
import type { Team } from "@/api/picking";
import type { Session } from "@/api/types";
import type { View, ViewBody } from "@/api/views";

export const WHOSE = ["own", "teams", "roles", "everybody"] as const;
export type Whose = (typeof WHOSE)[number];

export interface Readers {
  whose: Whose;
  teams: string[];
  roles: string[];
  /** Roles that see it first. */
  firstFor: string[];
}

/** Who may change views shares with anybody, who may share them with teams of their own. */
export function offeredTo(session: Session | null | undefined): readonly Whose[] {
  const rights = session?.rights ?? [];
  if (rights.includes("views.change")) return WHOSE;
  return rights.includes("views.share") ? ["own", "teams"] : ["own"];
}

export function readersOf(view: View | undefined, own: string[]): Readers {
  const teams = view?.teams?.map(({ id }) => id) ?? [];
  const roles = view?.visible_to ?? [];
  const named = teams.length ? "teams" : roles.length ? "roles" : "everybody";
  return {
    whose: !view || view.own ? "own" : named,
    teams: teams.length ? teams : own,
    roles,
    firstFor: view?.default_for ?? [],
  };
}

export function isNamed({ whose, teams, roles }: Readers): boolean {
  return whose === "teams" ? teams.length > 0 : whose !== "roles" || roles.length > 0;
}

export function saidOf({ whose, teams, roles, firstFor }: Readers): Partial<ViewBody<string>> {
  if (whose === "own") return {};
  return {
    teams: whose === "teams" ? teams : [],
    visible_to: whose === "everybody" ? [] : roles,
    default_for: firstFor,
  };
}

/** Teams with those below them. */
export function below(teams: Team[], own: string[]): Team[] {
  const found = new Set(own);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { id, parent } of teams) if (parent && found.has(parent)) found.add(id);
  }
  return teams.filter(({ id }) => found.has(id));
}
