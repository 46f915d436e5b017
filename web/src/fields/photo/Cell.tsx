/** Photos taken on the spot. */
export { default } from "../image/Cell";
