/** Asked by the day it falls on. */
export { default } from "../DayFilter";
