/** Asked by being one of several. */
export { ReferenceFilter as default } from "../ChoiceFilter";
