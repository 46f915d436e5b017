/** Before an app goes: what goes with it. Its data goes too only for who types the app's name. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { appKeys, uninstall, type AppItem, type Wish } from "@/api/apps";
import { useSession } from "@/api/session";
import { useLabel } from "@/i18n/useLabel";

import css from "./Apps.module.css";
import { PlanDialog } from "./PlanDialog";
import { Impact } from "./PlanList";

interface Props {
  app: AppItem;
  onClose: () => void;
}

export function UninstallDialog({ app, onClose }: Props) {
  const { t } = useTranslation();
  const name = useLabel()(app.label);
  const [typed, setTyped] = useState<string>();
  const purging = typed != null;
  const purge = typed?.trim() === name ? name : undefined;
  const plan = useQuery({
    queryKey: appKeys.plan(app.key, "uninstall", purge ?? ""),
    queryFn: () => uninstall(app.key, { dry_run: true, purge }),
    staleTime: 0,
    gcTime: 0,
    // The list stays while the name is being typed.
    placeholderData: (before) => before,
  });
  const { mutate, isPending, error } = useUninstall(app, onClose);
  const known = plan.data && !plan.isPlaceholderData;
  return (
    <PlanDialog
      title={t("apps.uninstallTitle", { name })}
      width={560}
      plan={plan.data && <Impact plan={plan.data} />}
      failure={error ?? plan.error}
      busy={isPending}
      ready={Boolean(known && (!purging || purge))}
      verb={t(purging ? "apps.purgeNow" : "apps.uninstallNow")}
      danger
      onClose={onClose}
      onOk={() => mutate({ confirm: plan.data?.confirm, purge })}
    >
      <PurgeChoice name={name} typed={typed} onType={setTyped} />
    </PlanDialog>
  );
}

interface PurgeProps {
  name: string;
  /** What was typed of the name; undefined while the data shall stay. */
  typed: string | undefined;
  onType: (typed: string | undefined) => void;
}

/** Administrators may have the data go too. */
function PurgeChoice({ name, typed, onType }: PurgeProps) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  if (!session?.roles.some(({ key }) => key === "admin")) return null;
  const on = typed != null;
  return (
    <div className={css.choice}>
      <Checkbox checked={on} onChange={() => onType(on ? undefined : "")}>
        {t("apps.purge")}
      </Checkbox>
      {on && (
        <label>
          {t("apps.purgeType", { name })}
          <Input value={typed} onChange={(event) => onType(event.target.value)} autoFocus />
        </label>
      )}
    </div>
  );
}

function useUninstall(app: AppItem, onClose: () => void) {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (wish: Wish) => uninstall(app.key, wish),
    onSuccess: async (_, { purge }) => {
      await client.invalidateQueries();
      if (!purge) void message.success(t("apps.uninstalled", { name: label(app.label) }));
      onClose();
    },
    onError: () => client.invalidateQueries({ queryKey: appKeys.all }),
  });
}
