/** What else can be done with a record. */
import { App } from "antd";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useWrite } from "@/api/records";
import type { ObjectMeta, Row } from "@/api/types";
import { copyText } from "@/lib/clipboard";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { useUndo } from "@/ui/useUndo";

import type { DialogProps } from "./dialogs";

type Loaded = Promise<{ default: ComponentType<DialogProps> }>;

/** The dialogs, and the verb each needs. */
const DIALOGS: Record<string, [verb: string, load: () => Loaded]> = {
  transfer: [
    "transfer",
    async () => ({ default: (await import("./TransferDialog")).TransferDialog }),
  ],
  share: ["share", async () => ({ default: (await import("./ShareDialog")).ShareDialog })],
  merge: ["delete", async () => ({ default: (await import("./MergeDialog")).MergeDialog })],
  why: ["read", async () => ({ default: (await import("./WhyDialog")).WhyDialog })],
};
const SHOWN = Object.fromEntries(
  Object.entries(DIALOGS).map(([key, [, load]]) => [key, lazy(load)]),
);

export function RecordMenu({ object, row }: { object: ObjectMeta; row: Row }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const [shown, setShown] = useState<string>();
  const remove = useRemoving(object, row);
  const navigate = useNavigate();
  const Dialog = shown ? SHOWN[shown] : undefined;

  function copy() {
    void copyText(location.origin + location.pathname).then(
      (copied) => copied && message.success(t("record.copied")),
    );
  }

  function ask() {
    modal.confirm({
      title: t("record.removeAsk", { name: row.title ?? "" }),
      content: t("record.removeTold"),
      okText: t("record.remove"),
      okButtonProps: { danger: true },
      onOk: remove,
    });
  }

  const dialogs = Object.entries(DIALOGS)
    .filter(([, [verb]]) => object.verbs.includes(verb))
    .map(([key]) => ({ key, label: t(`tools.${key}`), onClick: () => setShown(key) }));
  const trash = () => void navigate(`/o/${object.key}/trash`);
  const items = [
    ...dialogs,
    { key: "copy", label: t("record.copyLink"), onClick: copy },
    { key: "trash", label: t("tools.trash"), onClick: trash },
  ];
  const deleting = { key: "delete", danger: true, label: t("record.remove"), onClick: ask };
  const all = object.verbs.includes("delete") ? [...items, deleting] : items;
  return (
    <>
      <Menu menu={{ items: all }}>
        <IconButton icon={Ellipsis} label={t("record.more")} />
      </Menu>
      {Dialog && (
        <Suspense fallback={null}>
          <Dialog object={object} row={row} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </>
  );
}

/** Into the trash, back to the list, with the way back. */
function useRemoving(object: ObjectMeta, row: Row) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const navigate = useNavigate();
  const tell = useUndo();
  const { mutateAsync } = useWrite();
  return async () => {
    const { id, object: key, version } = row;
    try {
      const done = await mutateAsync({ changes: [{ op: "delete", object: key, id, version }] });
      void navigate(`/o/${object.key}`);
      tell(t("record.removed", { name: row.title ?? "" }), done.id);
    } catch (error) {
      void message.error(failureText(error));
    }
  };
}
