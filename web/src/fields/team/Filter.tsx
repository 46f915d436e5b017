/** Asked by being one of several. */
import { ChoiceFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function TeamFilter(props: FilterProps) {
  return <ChoiceFilter {...props} />;
}
