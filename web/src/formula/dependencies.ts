/** What a tree needs: when to work it out anew, and which slots an edit makes old. */
import { partsOf, walk, type Tree } from "./tree";

export interface Dependencies {
  /** Ids of the record's own fields, lists of lines among them. */
  fields: string[];
  /** Per slot the own fields its value starts from. */
  slots: Map<number, string[]>;
  /** It changes as time passes. */
  timed: boolean;
  /** It differs from member to member. */
  personal: boolean;
}

const CLOCK = new Set([
  "TODAY",
  "NOW",
  "ISTODAY",
  "THISWEEK",
  "THISMONTH",
  "THISQUARTER",
  "THISYEAR",
  "LASTDAYS",
  "NEXTDAYS",
]);

export function dependencies(tree: Tree): Dependencies {
  const made: Dependencies = { fields: [], slots: new Map(), timed: false, personal: false };
  collect(tree, 0, made);
  made.fields = [...new Set(made.fields)];
  for (const node of walk(tree)) {
    if (node.is === "Slot") made.slots.set(node.index, node.reads ?? []);
    if (node.is === "Me") made.personal = true;
    if (node.is !== "Call") continue;
    made.personal ||= node.name === "ISME";
    made.timed ||= CLOCK.has(node.name) || (node.name === "AGE" && (node.args ?? []).length < 2);
  }
  return made;
}

/** `depth` is how many lists lie around the node. */
function collect(node: Tree, depth: number, made: Dependencies): void {
  if (node.is === "Column") {
    if ((node.level ?? 0) === depth) made.fields.push(node.path[0]);
    return;
  }
  const listed = node.is === "Aggregate";
  if (listed) made.fields.push(...node.path.slice(0, 1));
  for (const part of partsOf(node)) collect(part, depth + Number(listed), made);
}

/** Slots that say what was before the edit of these fields. */
export function oldSlots(tree: Tree, edited: ReadonlySet<string>): number[] {
  const slots = [...dependencies(tree).slots];
  return slots.filter(([, reads]) => reads.some((id) => edited.has(id))).map(([index]) => index);
}
