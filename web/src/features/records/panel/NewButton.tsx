/** Begin a record: of the kind that is shown, of any kind where none is. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";

import { navigable, useMeta, useObject } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { ObjectIcon } from "@/ui/icons";
import { Menu } from "@/ui/Menu";
import { keysShown } from "@/ui/shortcuts";

export function NewButton() {
  const { t } = useTranslation();
  const label = useLabel();
  const { object: key = "" } = useParams();
  const [, setParams] = useSearchParams();
  const object = useObject(key);

  function begin(kind: string) {
    setParams((old) => {
      old.set("new", kind);
      return old;
    });
  }

  if (!object) return <NewOfAny onChoose={begin} />;
  if (!object.verbs.includes("create")) return null;
  return (
    <IconButton
      icon={Plus}
      label={t("record.newOf", { name: label(object.label) })}
      hint={keysShown("create").join(" ")}
      onClick={() => begin(key)}
    />
  );
}

function NewOfAny({ onChoose }: { onChoose: (kind: string) => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const kinds = navigable(meta).filter(({ verbs }) => verbs.includes("create"));
  const items = kinds.map(({ key, icon, label: name }) => ({
    key,
    icon: <ObjectIcon name={icon} />,
    label: label(name),
  }));
  const menu = { items, onClick: ({ key }: { key: string }) => onChoose(key) };
  return (
    <Menu menu={menu} placement="bottomRight">
      <IconButton icon={Plus} label={t("shortcuts.create")} disabled={kinds.length === 0} />
    </Menu>
  );
}
