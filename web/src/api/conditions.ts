/** Filters as rows of field, operator and value, and back to formula text: the server reads both. */
import { answered, api } from "./client";

export type Moment = { me: true } | { date: string } | { today: number };
export type Operand = string | Moment;

export interface Condition {
  field: string;
  op: string;
  value?: Operand | Operand[];
  not?: boolean;
}

export interface ConditionGroup {
  join: "and" | "or";
  items: (Condition | ConditionGroup)[];
  not?: boolean;
}

export interface Conditions {
  /** The formula in the reader's language. */
  formula: string;
  /** Null for what only text can say. */
  conditions: ConditionGroup | null;
}

export function isGroup(item: Condition | ConditionGroup): item is ConditionGroup {
  return "items" in item;
}

export function toConditions(object: string, formula: string): Promise<Conditions> {
  const body = { object, formula };
  return answered<Conditions>(api.POST("/api/formulas/to-conditions", { body } as never));
}

/** Raises a `Problem` whose `path` names the row that is wrong. */
export function fromConditions(object: string, conditions: ConditionGroup): Promise<Conditions> {
  const body = { object, conditions };
  return answered<Conditions>(api.POST("/api/formulas/from-conditions", { body } as never));
}
