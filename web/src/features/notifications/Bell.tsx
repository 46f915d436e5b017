/** The bell: how many notices are unread, and the inbox behind it. */
import { useQuery } from "@tanstack/react-query";
import { Badge, Drawer, Popover } from "antd";
import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { countUnread, inboxKeys } from "@/api/notifications";
import { IconButton } from "@/ui/IconButton";
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
  const bell = (
    <Badge count={unread} size="small" overflowCount={99} offset={narrow ? [-12, 12] : [-7, 7]}>
      <IconButton
        icon={BellIcon}
        label={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
    </Badge>
  );
  if (narrow) {
    return (
      <>
        {bell}
        <Drawer
          open={open}
          onClose={() => setOpen(false)}
          placement="right"
          size="100%"
          title={t("notifications.title")}
          styles={{ body: { padding: 0 } }}
        >
          {inbox}
        </Drawer>
      </>
    );
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      content={inbox}
      styles={{ container: { padding: 0 } }}
    >
      {bell}
    </Popover>
  );
}
