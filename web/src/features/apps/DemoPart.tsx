/** An app's demo data: load it, see how far that is, take it away again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import {
  appKeys,
  cancelDemo,
  loadDemo,
  readDemo,
  type AppItem,
  type Demo,
  type DemoSize,
} from "@/api/apps";
import { useFailureText } from "@/ui/Failure";
import { Menu } from "@/ui/Menu";
import { Bar } from "@/ui/Skeleton";

import css from "./Apps.module.css";
import { DemoRemoval } from "./DemoRemoval";

const LOOK_MS = 1000;

export function DemoPart({ app }: { app: AppItem }) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const demo = useDemo(app);
  return (
    <div className={css.demo}>
      <strong>{t("apps.demo")}</strong>
      {demo.data ? (
        <Standing app={app} demo={demo.data} />
      ) : demo.error ? (
        <p className={css.wrong}>{failureText(demo.error)}</p>
      ) : (
        <Bar width={240} />
      )}
    </div>
  );
}

/** Asked again while a load is on its way; when it has ended, everything is. */
function useDemo(app: AppItem) {
  const client = useQueryClient();
  const demo = useQuery({
    queryKey: appKeys.demo(app.key),
    queryFn: () => readDemo(app.key),
    refetchInterval: ({ state }) => loading(state.data) && LOOK_MS,
  });
  const now = loading(demo.data);
  const before = useRef(now);
  useEffect(() => {
    if (before.current && !now) void client.invalidateQueries();
    before.current = now;
  }, [client, now]);
  return demo;
}

function loading(demo: Demo | undefined): boolean {
  return demo?.load?.state === "running";
}

function Standing({ app, demo }: { app: AppItem; demo: Demo }) {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState(false);
  if (loading(demo)) return <Loading app={app} demo={demo} />;
  if (!demo.loaded) return <Missing app={app} demo={demo} />;
  return (
    <>
      <p>
        {t("apps.demoHere", { count: demo.records })}
        {demo.edited > 0 && ` · ${t("apps.demoEdited", { count: demo.edited })}`}
      </p>
      <Button size="small" onClick={() => setRemoving(true)}>
        {t("apps.demoRemove")}
      </Button>
      {removing && <DemoRemoval app={app} demo={demo} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Missing({ app, demo }: { app: AppItem; demo: Demo }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const { mutate, isPending } = useMutation({
    mutationFn: (size: DemoSize) => loadDemo(app.key, size),
    onError: (error) => void message.error(failureText(error)),
    onSettled: () => client.invalidateQueries(),
  });
  const items = [
    { key: "some", label: t("apps.demoSome"), onClick: () => mutate("some") },
    { key: "all", label: t("apps.demoAll"), onClick: () => mutate("all") },
  ];
  const failed = demo.load?.state === "failed" && demo.load.failure?.message;
  return (
    <>
      <p role="status">{isPending ? t("apps.demoLoading") : t("apps.demoNone")}</p>
      <Menu menu={{ items }}>
        <Button size="small" loading={isPending}>
          {t("apps.demoLoad")}
        </Button>
      </Menu>
      {failed && <p className={css.wrong}>{failed}</p>}
    </>
  );
}

function Loading({ app, demo }: { app: AppItem; demo: Demo }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancelDemo(app.key),
    onSettled: () => client.invalidateQueries({ queryKey: appKeys.demo(app.key) }),
  });
  const { done = 0, total = 0 } = demo.load ?? {};
  return (
    <>
      <p role="status">
        {total > 0 ? t("apps.demoProgress", { done, total }) : t("apps.demoStart")}
        <progress value={total > 0 ? done : undefined} max={total || 1} aria-hidden />
      </p>
      <Button size="small" loading={isPending} onClick={() => mutate()}>
        {t("ui.cancel")}
      </Button>
    </>
  );
}
