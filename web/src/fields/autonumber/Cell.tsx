/** A number given by the system. */
export { default } from "../text/Cell";
