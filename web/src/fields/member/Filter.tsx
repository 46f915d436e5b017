/** Asked by being one of several, or oneself. */
export { ReferenceFilter as default } from "../ChoiceFilter";
