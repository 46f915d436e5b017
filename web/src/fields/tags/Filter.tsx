/** Asked by the words it holds: one of several, all of them, none of them. */
import { OptionFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function TagsFilter(props: FilterProps) {
  return <OptionFilter {...props} by="tags" />;
}
