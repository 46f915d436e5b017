/** The name of a kind said of many: English adds its ending, Chinese has none. */
const ENDINGS: [RegExp, string][] = [
  [/[^aeiou]y$/i, "ies"],
  [/(s|x|z|ch|sh)$/i, "es"],
];

/** `Opportunity` → `Opportunities`; what does not end in a Latin letter stays, like `客户`. */
export function plural(name: string): string {
  if (!/[a-z]$/i.test(name)) return name;
  const ending = ENDINGS.find(([pattern]) => pattern.test(name));
  if (!ending) return `${name}s`;
  return ending[1] === "ies" ? `${name.slice(0, -1)}ies` : `${name}es`;
}

/** A name inside an English sentence: `All opportunities`; `VIP` and Chinese stay as they are. */
export function within(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0]!.toLowerCase() + name.slice(1) : name;
}
