/** Asked by day. */
export { default } from "../DayFilter";
