/** Tree to text, as the server prints it. */
import { partsOf, type Tree } from "./tree";

export interface Words {
  /** A field's label in the caller's language, by field id. */
  label: (fieldId: string) => string;
  /** An option's label in the caller's language. */
  option?: ((fieldId: string, key: string) => string) | undefined;
  /** The texts of the slots, as `slot_texts` of `/meta` has them. */
  slots?: readonly string[] | undefined;
}

const POWERS: Record<string, number> = {
  Or: 1,
  And: 2,
  Not: 3,
  Compare: 4,
  In: 4,
  Concat: 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "^": 8,
  negative: 9,
  "%": 10,
};
const TOP = 11;
const JOINTS: Record<string, string> = { And: " AND ", Or: " OR ", Concat: " & " };

/** The formula as a user would type it; constants of slots are shown by their words. */
export function print(node: Tree, words: Words): string {
  return new Printer(words).write(node, 0, "");
}

class Printer {
  constructor(private readonly words: Words) {}

  /** In brackets where the node binds less tightly than `power` asks. */
  write(node: Tree, power: number, list: string): string {
    const [text, own] = this.bare(node, list);
    return own < power ? `(${text})` : text;
  }

  private bare(node: Tree, list: string): [string, number] {
    switch (node.is) {
      case "Compare":
        return this.binary(node.op, POWERS["Compare"]!, node.left, node.right, list);
      case "Arithmetic":
        return this.binary(node.op, POWERS[node.op]!, node.left, node.right, list);
      case "Unary": {
        const power = POWERS[node.op === "-" ? "negative" : "%"]!;
        const item = this.write(node.item, power, list);
        return [node.op === "-" ? `-${item}` : `${item}%`, power];
      }
      case "Not":
        return [`NOT ${this.write(node.item, POWERS["Not"]!, list)}`, POWERS["Not"]!];
      case "In": {
        const power = POWERS["In"]!;
        return [`${this.write(node.value, power, list)} IN (${this.all(node.items, list)})`, power];
      }
      case "And":
      case "Or":
      case "Concat":
        return this.many(node.is, node.items, list);
      case "Call":
      case "Change":
        return [`${node.name}(${this.all(partsOf(node), list)})`, TOP];
      default:
        return [this.leaf(node, list), TOP];
    }
  }

  private leaf(node: Tree, list: string): string {
    switch (node.is) {
      case "Literal":
        return this.literal(node);
      case "Column": {
        const name = label(this.words.label(node.path[0]));
        return list && !node.level ? `${list}.${name}` : name;
      }
      case "Slot":
        return this.words.slots?.[node.index] ?? "…";
      case "Aggregate": {
        const rows = label(this.words.label(node.path[0] ?? ""));
        const args = [node.value ? this.write(node.value, 0, rows) : rows];
        if (node.name === "JOIN") args.push(quoted(node.separator ?? ""));
        args.push(...(node.filters ?? []).map((filter) => this.write(filter, 0, rows)));
        return `${node.name}(${args.join(", ")})`;
      }
      default:
        return { TrueNode: "TRUE", FalseNode: "FALSE", Me: "ME()" }[node.is as "Me"];
    }
  }

  private literal(node: Extract<Tree, { is: "Literal" }>): string {
    if (node.value == null) return "BLANK()";
    if (node.kind === "number") return node.written || node.value;
    return quoted(
      node.of ? (this.words.option?.(node.of[1], node.value) ?? node.value) : node.value,
    );
  }

  private binary(
    op: string,
    power: number,
    left: Tree,
    right: Tree,
    list: string,
  ): [string, number] {
    return [`${this.write(left, power, list)} ${op} ${this.write(right, power + 1, list)}`, power];
  }

  private many(name: "And" | "Or" | "Concat", items: Tree[], list: string): [string, number] {
    const joint = JOINTS[name]!;
    if (items.length < 2) return [`${joint.trim()}(${this.all(items, list)})`, TOP];
    const power = POWERS[name]!;
    return [items.map((item) => this.write(item, power + 1, list)).join(joint), power];
  }

  private all(items: readonly Tree[], list: string): string {
    return items.map((item) => this.write(item, 0, list)).join(", ");
  }
}

function label(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `[${name.replace(/\]/g, "]]")}]`;
}

function quoted(text: string): string {
  return `"${text.replace(/"/g, '""')}"`;
}
