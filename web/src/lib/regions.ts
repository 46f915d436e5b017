/** Names of provinces, cities and districts: the server's own table, loaded when first shown. */
export type Regions = Map<string, string>;

/** Levels that only say "the districts of this city". */
const EMPTY_LEVELS = new Set(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"]);

export async function readRegions(): Promise<Regions> {
  const { default: text } =
    await import("../../../src/changliu/fields/region_data/divisions.csv?raw");
  const rows = text.trim().split(/\r?\n/).slice(1);
  return new Map(rows.map((row) => row.split(",", 2) as [string, string]));
}

/** Whether a code only says "the districts of this city", as 1101 does: no level to choose. */
export function isUnnamed(regions: Regions, code: string): boolean {
  return EMPTY_LEVELS.has(regions.get(code) ?? "");
}

/** `440305` → `广东省 深圳市 南山区`; an unknown code as it is. */
export function regionName(regions: Regions, code: string): string {
  const levels = [2, 4, 6].filter((length) => length <= code.length);
  const names = levels.map((length) => regions.get(code.slice(0, length)));
  const shown = names.filter((name) => name && !EMPTY_LEVELS.has(name));
  return shown.join(" ") || code;
}

/** Whether names from the province down are meant by what is typed, with or without 省, 市, 区. */
export function isMeant(names: string[], typed: string): boolean {
  const wanted = typed.replace(/\s+/g, "");
  const short = names.map((name) => name.replace(/(?<=..)[省市区县]$/, ""));
  return names.join("").includes(wanted) || short.join("").includes(wanted);
}
