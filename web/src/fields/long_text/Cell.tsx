/** Several lines: a list shows the first. */
export { default } from "../text/Cell";
