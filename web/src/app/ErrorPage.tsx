/** A page that failed: because the app was renewed while it was open, or for a reason of its own. */
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

import { isOutdated } from "@/api/build";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";

import { renew } from "./updates";

/** The code of an older build is gone from the server after an upgrade. */
export function ErrorPage() {
  const error = useRouteError();
  const asked = useQuery({
    queryKey: ["outdated"],
    queryFn: isOutdated,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  if (asked.isPending) return null;
  if (asked.data) return <NewBuild />;
  // Where the server does not answer, that is what is wrong.
  return <Failure error={asked.error ?? error} onRetry={() => window.location.reload()} />;
}

function NewBuild() {
  const { t } = useTranslation();
  const [going, setGoing] = useState(false);
  function go() {
    setGoing(true);
    void renew();
  }
  return (
    <div role="status">
      <Empty
        icon={RefreshCw}
        text={t("ui.newBuild")}
        action={
          <Button type="primary" loading={going} onClick={go}>
            {t("ui.renew")}
          </Button>
        }
      />
    </div>
  );
}
