/** How a value came about: the parts of a formula with their values, in reading order. */
import { truth, value, type Scope } from "./machine";
import { print, type Words } from "./printer";
import { kindOf, partsOf, type Kind, type Tree } from "./tree";
import { toWire } from "./values";

export type { Words } from "./printer";

export interface Term {
  text: string;
  kind: Kind;
  /** As records carry it. */
  value: unknown;
  /** Of a branch that was not taken: its value played no part. */
  unused: boolean;
  /** The field it is, when it is one: its id. */
  column?: string | undefined;
  /** The server computed it; see `oldSlots`. */
  slot?: number | undefined;
  parts: Term[];
}

/** The formula as a term; its parts are what it is made of, constants left out. */
export function terms(tree: Tree, scope: Scope, words: Words): Term {
  return term(tree, scope, words, false);
}

function term(node: Tree, scope: Scope, words: Words, unused: boolean): Term {
  const idle = idleOf(node, scope);
  const inner = node.is === "Aggregate" ? [] : partsOf(node);
  const parts = inner
    .filter(says)
    .map((part) => term(part, scope, words, unused || idle.has(part)));
  return {
    text: print(node, words),
    kind: kindOf(node),
    value: toWire(kindOf(node), value(node, scope)),
    unused,
    column: node.is === "Column" ? node.path.at(-1) : undefined,
    slot: node.is === "Slot" ? node.index : undefined,
    parts,
  };
}

/** Constants explain nothing. */
function says(node: Tree): boolean {
  return !["Literal", "TrueNode", "FalseNode"].includes(node.is);
}

/** The branches of IF and IFS that were not taken, and conditions not asked any more. */
function idleOf(node: Tree, scope: Scope): Set<Tree> {
  const idle = new Set<Tree>();
  if (node.is !== "Call" || (node.name !== "IF" && node.name !== "IFS")) return idle;
  const args = node.args ?? [];
  let taken = false;
  for (let at = 0; at < args.length; at += 2) {
    const [test, then] = [args[at]!, args[at + 1]];
    if (taken) idle.add(test);
    const holds: boolean = !taken && (then === undefined || truth(test, scope));
    if (then && !holds) idle.add(then);
    taken ||= holds;
  }
  return idle;
}
