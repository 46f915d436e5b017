/** Province and city of a GB/T 2260 code. */
import { useQuery } from "@tanstack/react-query";

import { readRegions, regionName } from "@/lib/regions";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function RegionCell({ value }: CellProps<string>) {
  const { data } = useQuery({ queryKey: ["regions"], queryFn: readRegions, staleTime: Infinity });
  const name = data ? regionName(data, value) : "";
  return (
    <span className={css.line} title={name}>
      {name}
    </span>
  );
}
