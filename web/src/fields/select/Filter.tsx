/** Asked by being one of several options. */
import { OptionFilter } from "../ChoiceFilter";
import type { FilterProps } from "../protocol";

export default function SelectFilter(props: FilterProps) {
  return <OptionFilter {...props} by="multi_select" />;
}
