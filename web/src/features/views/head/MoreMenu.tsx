/** What goes out and comes in: export of what is seen, import. */
import { Dropdown } from "antd";
import { Download, Ellipsis, FileSpreadsheet, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import type { ObjectMeta } from "@/api/types";
import { IconButton } from "@/ui/IconButton";

import type { Look } from "../state/look";

const SIZE = 14;

export function MoreMenu({ object, look }: { object: ObjectMeta; look: Look }) {
  const { t } = useTranslation();
  const navigate = useNavigate();

  /** The file is what is seen: its rows, its columns, its order. */
  function take(format: string) {
    const asked = new URLSearchParams({ format });
    if (look.filter) asked.set("filter", look.filter);
    if (look.sort.length) asked.set("sort", look.sort.join(","));
    if (look.q) asked.set("q", look.q);
    asked.set("fields", look.columns.map(({ field }) => field.key).join(","));
    window.location.assign(`/api/exports/${object.key}?${asked}`);
  }

  const exported = [
    {
      key: "xlsx",
      label: t("list.exportExcel"),
      icon: <FileSpreadsheet size={SIZE} />,
      onClick: () => take("xlsx"),
    },
    {
      key: "csv",
      label: t("list.exportCsv"),
      icon: <Download size={SIZE} />,
      onClick: () => take("csv"),
    },
  ];
  const imported = {
    key: "import",
    label: t("list.import"),
    icon: <Upload size={SIZE} />,
    onClick: () => void navigate(`/import/${object.key}`),
  };
  const items = [
    ...(object.verbs.includes("export") ? exported : []),
    ...(object.verbs.includes("import") ? [imported] : []),
  ];
  if (items.length === 0) return null;
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <IconButton icon={Ellipsis} label={t("list.more")} />
    </Dropdown>
  );
}
