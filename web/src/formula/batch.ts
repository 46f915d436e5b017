/** Many trees on many rows: what the proofs ask, here from vitest, there from PostgreSQL's side. */
import { evaluate, scopeOf, type Option, type Row, type Surroundings, type Tree } from ".";

export interface Batch {
  around: Pick<Surroundings, "now" | "zone" | "me">;
  options: Record<string, Option[]>;
  cases: { tree: Tree; row: Row; old?: Row | null; slots?: unknown[] }[];
}

/** Per case its value, or what stopped it. */
export function answer({ around, options, cases }: Batch): { value?: unknown; error?: string }[] {
  const optionsOf = (id: string) => options[id] ?? [];
  return cases.map(({ tree, row, old, slots }) => {
    try {
      const scope = scopeOf(row, { ...around, slots, options: optionsOf }, old);
      return { value: evaluate(tree, scope) };
    } catch (problem) {
      return { error: String(problem) };
    }
  });
}
