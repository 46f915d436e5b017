/** The tree of a formula as the server sends it: docs/explain/formulas-in-the-browser.md. */

export const TREE_VERSION = 1;

export type Kind =
  | "number"
  | "text"
  | "bool"
  | "date"
  | "datetime"
  | "choice"
  | "multi"
  | "json"
  | "ref"
  | "children"
  | "uuids"
  | "blank";

interface Base<Name extends string> {
  is: Name;
  /** Left out where the class says it: TrueNode, Compare … are bool, Concat is text. */
  kind?: Kind;
  /** Of the outermost node only. */
  v?: number;
}

export interface LiteralNode extends Base<"Literal"> {
  value?: string | null;
  /** The number as it was typed. */
  written?: string;
  /** (object, field) whose option this is. */
  of?: [string, string];
}
/** A field of the row `level` rows out; level 0 is the innermost. */
export interface ColumnNode extends Base<"Column"> {
  path: [string, ...string[]];
  level?: number;
}
/** A value the server computed. */
export interface SlotNode extends Base<"Slot"> {
  index: number;
  of?: [string, string];
  reads?: string[];
}
export interface CompareNode extends Base<"Compare"> {
  op: "=" | "<>" | "<" | "<=" | ">" | ">=";
  left: Tree;
  right: Tree;
}
export interface ArithmeticNode extends Base<"Arithmetic"> {
  op: "+" | "-" | "*" | "/" | "^";
  left: Tree;
  right: Tree;
}
export interface UnaryNode extends Base<"Unary"> {
  op: "-" | "%";
  item: Tree;
}
export interface InNode extends Base<"In"> {
  value: Tree;
  items: Tree[];
}
export interface ItemsNode extends Base<"And" | "Or" | "Concat"> {
  items: Tree[];
}
export interface NotNode extends Base<"Not"> {
  item: Tree;
}
export interface CallNode extends Base<"Call"> {
  name: string;
  args?: Tree[];
}
export interface ChangeNode extends Base<"Change"> {
  name: "OLD" | "CHANGED" | "CHANGEDTO" | "BECAME";
  args: Tree[];
}
/** SUM, COUNT … over the lines of the record. */
export interface AggregateNode extends Base<"Aggregate"> {
  name: string;
  path: string[];
  value?: Tree;
  filters?: Tree[];
  separator?: string;
}
export type ConstantNode = Base<"TrueNode" | "FalseNode" | "Me">;

export type Tree =
  | LiteralNode
  | ColumnNode
  | SlotNode
  | CompareNode
  | ArithmeticNode
  | UnaryNode
  | InNode
  | ItemsNode
  | NotNode
  | CallNode
  | ChangeNode
  | AggregateNode
  | ConstantNode;

const KINDS: Partial<Record<Tree["is"], Kind>> = {
  TrueNode: "bool",
  FalseNode: "bool",
  Compare: "bool",
  In: "bool",
  And: "bool",
  Or: "bool",
  Not: "bool",
  Me: "ref",
  Unary: "number",
  Concat: "text",
};

/** The kind of a node, also where the tree leaves it out. */
export function kindOf(node: Tree): Kind {
  return node.kind ?? KINDS[node.is] ?? "blank";
}

const PARTS: Partial<Record<Tree["is"], readonly string[]>> = {
  Compare: ["left", "right"],
  Arithmetic: ["left", "right"],
  Unary: ["item"],
  Not: ["item"],
  In: ["value", "items"],
  And: ["items"],
  Or: ["items"],
  Concat: ["items"],
  Call: ["args"],
  Change: ["args"],
  Aggregate: ["value", "filters"],
};

/** The direct parts of a node, in reading order. */
export function partsOf(node: Tree): Tree[] {
  const held = node as unknown as Record<string, Tree | Tree[] | undefined>;
  return (PARTS[node.is] ?? []).flatMap((name) => held[name] ?? []);
}

/** The node and all its parts, outermost first. */
export function* walk(node: Tree): Generator<Tree> {
  yield node;
  for (const part of partsOf(node)) yield* walk(part);
}
