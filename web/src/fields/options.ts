/** Changing lists of options. */
import type { Option } from "@/api/types";
import type { Label, Language } from "@/lib/label";

const STRANGE = /[^A-Za-z0-9_\-\u4e00-\u9fff]+/g;
const LONGEST = 50;

/** A key no other option of the list has, made of the name: what is kept in records for ever. */
export function keyFor(name: string, options: Option[]): string {
  const plain = name.replace(STRANGE, "_").slice(0, LONGEST) || "option";
  const taken = new Set(options.map(({ key }) => key));
  let key = plain;
  for (let number = 2; taken.has(key); number++) key = `${plain}_${number}`;
  return key;
}

export function moved(options: Option[], at: number, by: number): Option[] {
  const rest = options.filter((_, index) => index !== at);
  return [...rest.slice(0, at + by), options[at]!, ...rest.slice(at + by)];
}

/** A name in one language; the other keeps its own, unless both said the same. */
export function renamed(label: Label, language: Language, name: string): Label {
  const both = typeof label === "string" ? { "zh-CN": label, en: label } : label;
  const same = both["zh-CN"] === both.en;
  return same ? { "zh-CN": name, en: name } : { ...both, [language]: name };
}
