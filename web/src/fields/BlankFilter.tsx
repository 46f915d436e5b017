/** Filters by being filled in: all that can be asked of these types. */
import { OPERATORS } from "./asked";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";

export default function BlankFilter(props: FilterProps) {
  return (
    <FilterRow {...props} operators={OPERATORS.blank}>
      {null}
    </FilterRow>
  );
}
