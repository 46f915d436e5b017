/** What else can be done with a record. */
import { App, Dropdown } from "antd";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useWrite } from "@/api/records";
import type { ObjectMeta, Row } from "@/api/types";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { useUndo } from "@/ui/useUndo";

export function RecordMenu({ object, row }: { object: ObjectMeta; row: Row }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const failureText = useFailureText();
  const navigate = useNavigate();
  const tell = useUndo();
  const { mutateAsync } = useWrite();
  const [open, setOpen] = useState(false);

  async function remove() {
    try {
      const { id, object: key, version } = row;
      const done = await mutateAsync({ changes: [{ op: "delete", object: key, id, version }] });
      void navigate(`/o/${object.key}`);
      tell(t("record.removed", { name: row.title ?? "" }), done.id);
    } catch (error) {
      void message.error(failureText(error));
    }
  }

  const items = [
    {
      key: "copy",
      label: t("record.copyLink"),
      onClick: () => {
        void navigator.clipboard
          .writeText(location.origin + location.pathname)
          .then(() => message.success(t("record.copied")));
      },
    },
    object.verbs.includes("delete") && {
      key: "delete",
      danger: true,
      label: t("record.remove"),
      onClick: () =>
        modal.confirm({
          title: t("record.removeAsk", { name: row.title ?? "" }),
          content: t("record.removeTold"),
          okText: t("record.remove"),
          okButtonProps: { danger: true },
          onOk: remove,
        }),
    },
  ].filter((item) => item !== false);
  return (
    <Dropdown menu={{ items }} trigger={["click"]} open={open} onOpenChange={setOpen}>
      <IconButton icon={Ellipsis} label={t("record.more")} aria-expanded={open} />
    </Dropdown>
  );
}
