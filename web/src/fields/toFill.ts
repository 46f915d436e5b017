/** A change that was refused for want of more: handed to the record's form, beside its address. */
import { problemOf, type Problem } from "@/api/problem";
import type { ObjectMeta, Row, Values } from "@/api/types";

/** What was chosen, and what was said of it; a history entry keeps plain values only. */
export interface Handed {
  values: Values;
  status: number;
  told: Pick<Problem, "code" | "title" | "detail" | "errors">;
}

/** Whether filling in other fields than those changed may help: something was said at one. */
export function isToFill(object: ObjectMeta, values: Values, problem: Problem): boolean {
  const others = object.fields.filter(({ key, writable }) => writable && !(key in values));
  return problem.status === 422 && others.some(({ key }) => problem.at(key) !== undefined);
}

/** The arguments of `navigate` to the form. */
export function formToFill(row: Row, values: Values, problem: Problem) {
  const { status, code, title, detail, errors } = problem;
  const toFill: Handed = { values, status, told: { code, title, detail, errors } };
  return [`/o/${row.object}/${row.id}?edit`, { state: { toFill } }] as const;
}

/** What a page was handed, by the state of its address. */
export function handedIn(state: unknown): { values: Values; problem: unknown } | undefined {
  const handed = (state as { toFill?: Handed } | null)?.toFill;
  return handed && { values: handed.values, problem: problemOf(handed.status, handed.told) };
}

/** Everything that is said, not only the first. */
export function reasons(problem: Problem): string {
  const said = [...new Set(problem.errors.map(({ message }) => message))];
  return said.join(" ") || problem.detail || problem.title;
}
