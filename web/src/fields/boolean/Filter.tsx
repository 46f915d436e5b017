/** Asked by yes or no. */
export { FilterRow as default } from "../FilterRow";
