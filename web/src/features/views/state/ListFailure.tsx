/** A list that could not be read; where what was asked of it is at fault, the way back to the view. */
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Failure } from "@/ui/Failure";

import type { Look, LookChange } from "./look";

const MISUNDERSTOOD = 422;

interface Props {
  error: unknown;
  look: Look;
  change: (change: LookChange) => void;
  onRetry: () => void;
}

export function ListFailure({ error, look, change, onRetry }: Props) {
  const { t } = useTranslation();
  const asked = look.changed && isProblem(error) && error.status === MISUNDERSTOOD;
  if (!asked) return <Failure error={error} onRetry={onRetry} />;
  return (
    <Failure error={error}>
      <Button onClick={() => change({ view: look.view?.key ?? null })}>
        {t("list.resetView")}
      </Button>
    </Failure>
  );
}
