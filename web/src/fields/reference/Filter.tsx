/** Asked by being one of several. */
import { ChoiceFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function ReferenceFilter(props: FilterProps) {
  return <ChoiceFilter {...props} />;
}
