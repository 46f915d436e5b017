/** Asked by what lies within a level. */
export { default } from "../PathFilter";
