/** Asked by the options it holds: one of several, all of them, none of them. */
import { OptionFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function MultiSelectFilter(props: FilterProps) {
  return <OptionFilter {...props} by="multi_select" />;
}
