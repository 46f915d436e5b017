/** The options of a cascade as levels to choose from. */
import type { Option } from "@/api/types";
import type { Label } from "@/lib/label";

export interface Level {
  value: string;
  label: string;
  children?: Level[];
}

/** Retired options are left out but for those on the path that is chosen. */
export function levelsOf(
  options: Option[],
  speak: (label: Label) => string,
  chosen: string[] = [],
): Level[] {
  const [first, ...rest] = chosen;
  return options
    .filter((each) => !each.retired || each.key === first)
    .map(({ key, label, options: below }) => ({
      value: key,
      label: speak(label),
      children: below?.length ? levelsOf(below, speak, key === first ? rest : []) : undefined,
    }));
}

/** Every path from here down, its own first: what "within" means. */
export function pathsWithin(options: Option[], path: string[]): string[] {
  const found = path.reduce<Option[] | undefined>(
    (level, key) => level?.find((each) => each.key === key)?.options,
    options,
  );
  const below = (found ?? []).flatMap(({ key }) => pathsWithin(options, [...path, key]));
  return [path.join("/"), ...below];
}

/** The places that stand for all of `paths`: those whose level above is not among them. */
export function topsOf(paths: string[]): string[][] {
  const all = new Set(paths);
  const above = (path: string) => path.split("/").slice(0, -1).join("/");
  return paths.filter((path) => !all.has(above(path))).map((path) => path.split("/"));
}
