/** A path through levels: the last level in a list, the whole way on a page. */
import type { Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function CascadeCell({ field, value, place }: CellProps<string>) {
  const label = useLabel();
  const found = walk(field.options ?? [], value.split("/"));
  const names = found.map((each) => (typeof each === "string" ? each : label(each.label)));
  const whole = names.join(" / ");
  return (
    <span className={css.line} title={whole}>
      {place === "page" ? whole : names.at(-1)}
    </span>
  );
}

function walk(options: Option[], keys: string[]): (Option | string)[] {
  const [key, ...rest] = keys;
  if (key == null) return [];
  const found = options.find((each) => each.key === key);
  return [found ?? key, ...walk(found?.options ?? [], rest)];
}
