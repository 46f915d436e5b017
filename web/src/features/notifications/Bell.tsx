/** The bell: how many notices are unread, and the inbox behind it. */
import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { countUnread, inboxKeys } from "@/api/notifications";
import { Badge } from "@/ui/Badge";
import { IconButton } from "@/ui/IconButton";
import { Popup } from "@/ui/Popup";
import { Sheet } from "@/ui/Sheet";
import { useNarrow } from "@/ui/useMedia";

import css from "./Inbox.module.css";

const Inbox = lazy(() => import("./Inbox"));

export function Bell() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: inboxKeys.count, queryFn: countUnread });
  const unread = data?.unread ?? 0;
  const label = unread ? t("notifications.bellUnread", { count: unread }) : t("notifications.bell");
  const inbox = (
    <div className={css.panel}>
      <Suspense fallback={null}>{open && <Inbox onGo={() => setOpen(false)} />}</Suspense>
    </div>
  );
  if (narrow) {
    return (
      <Badge count={unread} offset={[-12, 12]}>
        <IconButton icon={BellIcon} label={label} onClick={() => setOpen(true)} />
        <Sheet
          open={open}
          onClose={() => setOpen(false)}
          placement="right"
          size="100%"
          title={t("notifications.title")}
          styles={{ body: { padding: 0 } }}
        >
          {inbox}
        </Sheet>
      </Badge>
    );
  }
  return (
    <Badge count={unread} offset={[-7, 7]}>
      <Popup
        open={open}
        onOpenChange={setOpen}
        placement="bottomRight"
        content={() => inbox}
        styles={{ container: { padding: 0 } }}
      >
        <IconButton icon={BellIcon} label={label} />
      </Popup>
    </Badge>
  );
}
