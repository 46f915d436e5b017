/** A signature, kept as a picture. */
export { default } from "../image/Cell";
