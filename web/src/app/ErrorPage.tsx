/** A page that failed. */
import { useRouteError } from "react-router";

import { Failure } from "@/ui/Failure";

/** A chunk of an older build is gone after an upgrade: the new page must be loaded. */
export function ErrorPage() {
  return <Failure error={useRouteError()} onRetry={() => window.location.reload()} />;
}
