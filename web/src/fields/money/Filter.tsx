/** Asked by size. */
export { default } from "../NumberFilter";
