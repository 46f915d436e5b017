/** Filters by being filled in: all that can be asked of these types. */
export { FilterRow as default } from "./FilterRow";
