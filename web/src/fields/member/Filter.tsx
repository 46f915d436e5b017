/** Asked by being one of several. */
import { ChoiceFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function MemberFilter(props: FilterProps) {
  return <ChoiceFilter {...props} />;
}
