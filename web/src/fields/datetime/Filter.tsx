/** Asked by the day it falls on. */
import { OPERATORS } from "../asked";
import { DayFilter } from "../DayFilter";
import type { FilterProps } from "../protocol";

export default function DatetimeFilter(props: FilterProps) {
  return <DayFilter {...props} operators={OPERATORS.moment} />;
}
