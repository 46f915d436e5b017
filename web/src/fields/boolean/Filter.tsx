/** Asked by yes or no. */
import { OPERATORS } from "../asked";
import { FilterRow } from "../FilterRow";
import type { FilterProps } from "../protocol";

export default function BooleanFilter(props: FilterProps) {
  return (
    <FilterRow {...props} operators={OPERATORS.yes}>
      {null}
    </FilterRow>
  );
}
