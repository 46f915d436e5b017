/** What goes out and comes in: export of what is seen, import, what was deleted. */
import { Download, Ellipsis, FileSpreadsheet, Trash2, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { save, takeAway } from "@/api/exports";
import type { ObjectMeta } from "@/api/types";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { told } from "@/ui/told";

import type { Look } from "../state/look";

const SIZE = 14;

export function MoreMenu({ object, look }: { object: ObjectMeta; look: Look }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const failureText = useFailureText();

  /** The file is what is seen: its rows, its columns, its order. */
  async function take(format: string) {
    const asked = new URLSearchParams({ format });
    if (look.filter) asked.set("filter", look.filter);
    if (look.sort.length) asked.set("sort", look.sort.join(","));
    if (look.q) asked.set("q", look.q);
    asked.set("fields", look.columns.map(({ field }) => field.key).join(","));
    const key = "export";
    void told.message.loading({ key, content: t("list.exporting"), duration: 0 });
    try {
      const taken = await takeAway(object.key, asked);
      if ("data" in taken) {
        save(taken);
        void told.message.success({ key, content: t("list.exported", { name: taken.name }) });
      } else {
        const content = t("list.exportLater", { count: taken.total });
        void told.message.info({ key, content, duration: 6 });
      }
    } catch (error) {
      void told.message.error({ key, content: failureText(error) });
    }
  }

  const exported = [
    {
      key: "xlsx",
      label: t("list.exportExcel"),
      icon: <FileSpreadsheet size={SIZE} />,
      onClick: () => void take("xlsx"),
    },
    {
      key: "csv",
      label: t("list.exportCsv"),
      icon: <Download size={SIZE} />,
      onClick: () => void take("csv"),
    },
  ];
  const imported = {
    key: "import",
    label: t("list.import"),
    icon: <Upload size={SIZE} />,
    onClick: () => void navigate(`/import/${object.key}`),
  };
  const trash = {
    key: "trash",
    label: t("list.trash"),
    icon: <Trash2 size={SIZE} />,
    onClick: () => void navigate(`/o/${object.key}/trash`),
  };
  const items = [
    ...(object.verbs.includes("export") ? exported : []),
    ...(object.verbs.includes("import") ? [imported] : []),
    ...(object.verbs.includes("delete") ? [trash] : []),
  ];
  if (items.length === 0) return null;
  return (
    <Menu menu={{ items }} placement="bottomRight">
      <IconButton icon={Ellipsis} label={t("list.more")} />
    </Menu>
  );
}
