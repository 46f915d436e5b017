/** Apps: what is installed, what could be, and what each of them brings. */
import { useQuery } from "@tanstack/react-query";
import { LayoutGrid } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { appKeys, readApps, type AppItem } from "@/api/apps";
import { useSession } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { AppRow } from "./AppRow";
import css from "./Apps.module.css";
import { InstallDialog } from "./InstallDialog";
import { UninstallDialog } from "./UninstallDialog";

const LOOK_MS = 2000;

export default function AppsPage() {
  const { data: session } = useSession();
  if (!session) return <PageSkeleton />;
  return session.rights.includes("bundles.install") ? <Apps /> : <NothingHere />;
}

type Asked = { verb: "install" | "uninstall"; app: AppItem };

function Apps() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  const { data, error, refetch } = useQuery({
    queryKey: appKeys.list,
    queryFn: readApps,
    refetchInterval: ({ state }) => state.data?.some(({ purge }) => purge) && LOOK_MS,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const groups = [
    ["here", data.filter(({ installed }) => installed)],
    ["there", data.filter(({ installed }) => !installed)],
  ] as const;
  const close = () => setAsked(undefined);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t("apps.title")}</h1>
        <p>{t("apps.lead")}</p>
      </header>
      {data.length === 0 && <Empty icon={LayoutGrid} text={t("apps.none")} />}
      {groups.map(
        ([group, apps]) =>
          apps.length > 0 && (
            <section key={group} aria-label={t(`apps.${group}`)}>
              <h2>{t(`apps.${group}`)}</h2>
              <ul>
                {apps.map((app) => (
                  <AppRow
                    key={app.key}
                    app={app}
                    apps={data}
                    onAsk={(verb) => setAsked({ verb, app })}
                  />
                ))}
              </ul>
            </section>
          ),
      )}
      {asked?.verb === "install" && <InstallDialog app={asked.app} onClose={close} />}
      {asked?.verb === "uninstall" && <UninstallDialog app={asked.app} onClose={close} />}
    </div>
  );
}
