/** Work that leaving would lose and no draft keeps: files on their way. Leaving asks first. */
import { useCallback, useEffect, useId } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker, type Location } from "react-router";

import { told } from "./told";

const unfinished = new Set<string>();

export function isUnfinished(): boolean {
  return unfinished.size > 0;
}

/** While `on`, leaving the page or closing the panel asks. */
export function useUnfinished(on: boolean) {
  const id = useId();
  useEffect(() => {
    if (!on) return;
    unfinished.add(id);
    return () => void unfinished.delete(id);
  }, [on, id]);
}

/** Asks when there is something unfinished; true when it may be left, and then asks no more. */
export function useMayLeave() {
  const { t } = useTranslation();
  return useCallback(async () => {
    if (unfinished.size === 0) return true;
    const left = await told.modal.confirm({
      title: t("ui.leaving.title"),
      content: t("ui.leaving.lead"),
      okText: t("ui.leaving.leave"),
      cancelText: t("ui.leaving.stay"),
    });
    if (left) unfinished.clear();
    return left;
  }, [t]);
}

/** Once, in the frame: watches the address and the window. */
export function AskBeforeLeaving() {
  const mayLeave = useMayLeave();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unfinished.size > 0 && formsAt(currentLocation) !== formsAt(nextLocation),
  );
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    void mayLeave().then((left) => (left ? blocker.proceed() : blocker.reset()));
  }, [blocker, mayLeave]);
  useEffect(() => {
    function ask(event: BeforeUnloadEvent) {
      if (unfinished.size > 0) event.preventDefault();
    }
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  return null;
}

/** The parts of an address that say which forms are open. */
function formsAt({ pathname, search }: Location): string {
  const params = new URLSearchParams(search);
  return [pathname, ...["new", "with", "edit", "peek", "tab"].map((key) => params.get(key))].join(
    " ",
  );
}
