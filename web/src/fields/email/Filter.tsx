/** Asked by a part of the text. */
export { default } from "../TextFilter";
