/** Typed as text: the server reads every form people write. */
export { default } from "../text/Editor";
