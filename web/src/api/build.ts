/** Which build of the app the server has: another than this page's once it was renewed. */
import { Unreachable } from "./problem";

const BEGINNING = 'script[type="module"][src*="/main-"]';

/** Whether the server has another build than this page is of; throws when it does not answer. */
export async function isOutdated(): Promise<boolean> {
  const begun = document.querySelector(BEGINNING)?.getAttribute("src");
  if (!begun) return false;
  try {
    // With a question: the service worker has no kept answer for it.
    const answer = await fetch(`/?build=${Date.now()}`, { cache: "no-store" });
    return answer.ok && !(await answer.text()).includes(begun);
  } catch (error) {
    throw new Unreachable(error);
  }
}
