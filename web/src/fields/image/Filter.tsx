/** Asked whether it is filled in. */
export { default } from "../BlankFilter";
