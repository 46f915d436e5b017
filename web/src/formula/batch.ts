/** Many trees on many rows: what the proofs ask, here from vitest, there from PostgreSQL's side. */
import {
  evaluate,
  optionsOf,
  rowOf,
  scopeOf,
  type Fields,
  type Held,
  type Option,
  type Row,
  type Surroundings,
  type Tree,
} from ".";

export interface Batch {
  around: Pick<Surroundings, "now" | "zone" | "me">;
  options?: Record<string, Option[]>;
  /** Of `/meta`: then cases hold records as they are read, and their object's key. */
  objects?: Fields[];
  cases: {
    tree: Tree;
    row?: Row;
    record?: Held;
    object?: string;
    old?: Row | null;
    slots?: unknown[];
  }[];
}

/** Per case its value, or what stopped it. */
export function answer(batch: Batch): { value?: unknown; error?: string }[] {
  const { around, options = {}, objects = [], cases } = batch;
  const known = optionsOf(objects);
  const surroundings = (slots?: unknown[]) => {
    return { ...around, slots, options: (id: string) => options[id] ?? known(id) };
  };
  return cases.map(({ tree, row, record, object, old, slots }) => {
    try {
      const held = objects.find((each) => each.key === object);
      const given = record && held ? rowOf(record, held, objects) : (row ?? {});
      return { value: evaluate(tree, scopeOf(given, surroundings(slots), old)) };
    } catch (problem) {
      return { error: String(problem) };
    }
  });
}
