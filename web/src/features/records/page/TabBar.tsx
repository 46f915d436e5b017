/** Tabs of a record; the chosen one is in the address. */
import { useSearchParams } from "react-router";

import css from "./Record.module.css";

export interface TabName {
  key: string;
  name: string;
}

/** The chosen tab: the address's, or the first. */
export function useTab(tabs: TabName[]): string {
  const [params] = useSearchParams();
  const asked = params.get("tab");
  return tabs.find((tab) => tab.key === asked)?.key ?? tabs[0]?.key ?? "";
}

export function TabBar({ tabs, chosen }: { tabs: TabName[]; chosen: string }) {
  const [, setParams] = useSearchParams();
  if (tabs.length < 2) return null;

  function choose(key: string) {
    setParams(
      (old) => {
        old.set("tab", key);
        return old;
      },
      { replace: true },
    );
  }

  return (
    <div className={css.tabs} role="tablist">
      {tabs.map(({ key, name }, at) => (
        <button
          key={key}
          type="button"
          role="tab"
          id={`tab-${key}`}
          aria-controls="tab-panel"
          aria-selected={key === chosen}
          tabIndex={key === chosen ? 0 : -1}
          onClick={() => choose(key)}
          onKeyDown={(event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            const to = step && tabs[at + step];
            if (!to) return;
            choose(to.key);
            document.getElementById(`tab-${to.key}`)?.focus();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
