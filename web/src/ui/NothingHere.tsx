/** An address where the member finds nothing: it is wrong, or not theirs to see. */
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "./Button";
import { Empty } from "./Empty";

export function NothingHere() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={Compass}
      text={t("shell.missing")}
      action={
        <Link to="/">
          <Button tabIndex={-1}>{t("shell.goHome")}</Button>
        </Link>
      }
    />
  );
}
