/** Short messages beside the page and questions that wait for a yes: their code comes with the first. */
import type { App } from "antd";

/** What antd tells with; it lives in `ToldPart`. */
export type Voice = ReturnType<(typeof App)["useApp"]>;

type Told<T> = {
  [K in keyof T]: T[K] extends (...given: infer G) => infer R
    ? (...given: G) => Promise<Awaited<R>>
    : never;
};

let found: (voice: Voice) => void;
const voice = new Promise<Voice>((resolve) => (found = resolve));
let call: () => Promise<void> = () => Promise.resolve();

/** The part that draws them says it is here. */
export function giveVoice(own: Voice): void {
  found(own);
}

/** How that part is brought onto the page. */
export function whenTold(bring: () => Promise<void>): void {
  call = bring;
}

function passedOn<P extends keyof Voice>(part: P): Told<Voice[P]> {
  type Act = (...given: unknown[]) => unknown;
  const tell = async (act: string, given: unknown[]) => {
    await call();
    return ((await voice)[part] as unknown as Record<string, Act>)[act]!(...given);
  };
  return new Proxy({} as Told<Voice[P]>, {
    get:
      (_, act: string) =>
      (...given: unknown[]) =>
        tell(act, given),
  });
}

/** As antd's `App.useApp()`, from anywhere; what is asked is answered by a promise. */
export const told = {
  message: passedOn("message"),
  modal: passedOn("modal"),
  notification: passedOn("notification"),
};
