/** What makes a list another one: its cursor and scroll begin anew, a typed search does not. */
import type { Look } from "../state/look";

export function useSettled(look: Look): string {
  return [look.view?.key, look.type].join(" ");
}
