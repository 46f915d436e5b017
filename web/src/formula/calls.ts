/** Calls: the plain functions, and those that look at kinds, branches or options. */
import { READINGS, dig } from "./documents";
import { formatMoment, formatNumber } from "./formats";
import { total } from "./lists";
import {
  UnknownTree,
  blankable,
  coerced,
  compare,
  concat,
  day,
  number,
  optionsOf,
  register,
  text,
  truth,
  value,
  type Scope,
} from "./machine";
import { multiply, num, type Num } from "./numbers";
import { PLAIN, type Plain } from "./plain";
import { joined } from "./texts";
import { DATED } from "./times";
import { kindOf, type CallNode, type Kind, type Tree } from "./tree";
import type { Value } from "./values";

export type Call = (args: readonly Tree[], scope: Scope, node: CallNode) => Value;

/** A constant argument as written; "" when it is left out. */
export function written(node: Tree | undefined): string {
  return node?.is === "Literal" ? (node.value ?? "") : "";
}

/** Condition, value, condition, value …, and a value behind the last when their number is odd. */
function chosen(
  pairs: readonly Tree[],
  holds: (test: Tree) => boolean,
  kind: Kind,
  scope: Scope,
): Value {
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    if (holds(pairs[at]!)) return coerced(pairs[at + 1]!, kind, scope);
  }
  return pairs.length % 2 ? coerced(pairs.at(-1)!, kind, scope) : blankOf(kind);
}

function blankOf(kind: Kind): Value {
  return kind === "bool" ? false : null;
}

const branch: Call = (args, scope, node) =>
  chosen(args, (test) => truth(test, scope), kindOf(node), scope);

const overValues: Call = (args, scope, node) => {
  const values = args.map((arg) => coerced(arg, kindOf(node), scope));
  if (node.name !== "PRODUCT") return total(node.name, values);
  const present = values.filter((each) => each !== null) as Num[];
  let made: Num | null = present[0] ?? null;
  for (const each of present.slice(1)) made = made && multiply(made, each);
  return made;
};

const held: Call = ([whole, ...values], scope, node) => {
  const have = (value(whole!, scope) ?? []) as string[];
  const has = (each: Tree) => have.includes(String(value(each, scope)));
  if (node.name === "HASNONE") return !values.some(has);
  return node.name === "HASANY" ? values.some(has) : have.length > 0 && values.every(has);
};

const reading: Call = ([source, ...keys], scope, node) =>
  READINGS[node.name]!(dig(value(source!, scope), keys.map(written)));

const formatted: Call = ([item, format], scope) => {
  const kind = kindOf(item!);
  if (!format || kind === "blank") return text(item!, scope);
  const got = value(item!, scope);
  if (got === null) return null;
  if (kind === "number") return formatNumber(got as Num, written(format));
  if (typeof got === "bigint") return formatMoment(scope.world.zone.local(got), written(format));
  return formatMoment({ date: got as number, micro: 0n }, written(format));
};

const labels: Call = ([choices, separator], scope) => {
  const known = new Map(optionsOf(choices!, scope).map((each) => [each.key, each.label]));
  const keys = value(choices!, scope) as string[] | null;
  const shown = (keys ?? []).map((key) => known.get(key) ?? key);
  return joined(separator ? written(separator) : "、", shown);
};

const place: Call = ([choice], scope) => {
  const got = value(choice!, scope);
  const at = optionsOf(choice!, scope).findIndex((each) => each.key === got);
  return at < 0 ? null : num(at + 1);
};

const size: Call = ([whole], scope) => {
  const got = value(whole!, scope);
  if (Array.isArray(got)) return num(got.length);
  return num(typeof got === "object" && got !== null ? Object.keys(got).length : 0);
};

const between: Call = ([item, low, high], scope) =>
  compare(">=", item!, low!, scope) && compare("<=", item!, high!, scope);

const isBlank = (node: Tree, scope: Scope) => blankable(node, scope) === null;

const SPECIAL: Record<string, Call> = {
  IF: branch,
  IFS: branch,
  SWITCH: ([subject, ...rest], scope, node) =>
    chosen(rest, (test) => compare("=", subject!, test, scope), kindOf(node), scope),
  CHOOSE: ([index, ...values], scope, node) => {
    const at = number(index!, scope);
    const found = at && at.gte(1) && at.lt(1e6) ? values[at.trunc().toNumber() - 1] : undefined;
    return found ? coerced(found, kindOf(node), scope) : blankOf(kindOf(node));
  },
  IFBLANK: (args, scope, node) => {
    for (const arg of args) {
      const got = isBlank(arg, scope) ? null : coerced(arg, kindOf(node), scope);
      if (got !== null) return got;
    }
    return null;
  },
  BETWEEN: between,
  ...Object.fromEntries(["SUM", "AVG", "MIN", "MAX", "PRODUCT"].map((name) => [name, overValues])),
  ...Object.fromEntries(["HAS", "HASANY", "HASALL", "HASNONE"].map((name) => [name, held])),
  ...Object.fromEntries(Object.keys(READINGS).map((name) => [name, reading])),
  ISBLANK: ([item], scope) => isBlank(item!, scope),
  NOTBLANK: ([item], scope) => !isBlank(item!, scope),
  COUNTBLANK: (args, scope) => num(args.filter((arg) => isBlank(arg, scope)).length),
  COUNTTRUE: (args, scope) => num(args.filter((arg) => truth(arg, scope)).length),
  XOR: ([one, other], scope) => truth(one!, scope) !== truth(other!, scope),
  TEXT: formatted,
  JOIN: labels,
  OPTIONINDEX: place,
  SIZE: size,
  CONCAT: (args, scope) => concat(args, scope),
  KEY: ([choice], scope) => value(choice!, scope),
  LABEL: ([choice], scope) => text(choice!, scope),
  TITLE: ([reference], scope) => text(reference!, scope),
  ID: ([reference], scope) => value(reference!, scope),
  ISME: ([member], scope) => {
    const got = value(member!, scope);
    return got !== null && got === scope.world.me;
  },
  ...DATED,
};

function argument(node: Tree, letter: string, scope: Scope): Value {
  if (letter === "s") return text(node, scope);
  if (letter === "n") return number(node, scope);
  if (letter === "d") return day(node, scope);
  const got = value(node, scope);
  if (typeof got === "bigint") return scope.world.zone.local(got);
  return typeof got === "number" ? { date: got, micro: 0n } : null;
}

function called({ letters, strict, run }: Plain, args: readonly Tree[], scope: Scope): Value {
  const given = args.map((arg, at) =>
    argument(arg, letters[Math.min(at, letters.length - 1)]!, scope),
  );
  if (strict && given.includes(null)) return null;
  const got = run(...(given as never[]));
  return got === "" ? null : got;
}

/** The functions this evaluator knows; the others are slots. */
export const KNOWN: ReadonlySet<string> = new Set([...PLAIN.keys(), ...Object.keys(SPECIAL)]);

register("Call", (node, scope) => {
  const special = SPECIAL[node.name];
  if (special) return special(node.args ?? [], scope, node);
  const plain = PLAIN.get(node.name);
  if (!plain) throw new UnknownTree(node.name);
  return called(plain, node.args ?? [], scope);
});
