/** Asked by day. */
import { OPERATORS } from "../asked";
import { DayFilter } from "../DayFilter";
import type { FilterProps } from "../protocol";

export default function DateFilter(props: FilterProps) {
  return <DayFilter {...props} operators={OPERATORS.day} />;
}
