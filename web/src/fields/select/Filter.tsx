/** Asked by being one of several options. */
import { ChoiceFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function SelectFilter(props: FilterProps) {
  return <ChoiceFilter {...props} by="multi_select" />;
}
