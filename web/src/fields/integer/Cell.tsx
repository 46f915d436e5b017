/** A whole number. */
export { default } from "../number/Cell";
