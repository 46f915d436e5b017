/** Find an object's list or a record by name, pinyin, initials or phone, and go there. */
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { navigable, useMeta } from "@/api/catalogue";
import { readMatches } from "@/api/search";
import { useLabel } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";

import css from "./Palette.module.css";

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const { data: meta } = useMeta();
  const { data: found } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => readMatches(asked, signal),
    enabled: asked !== "",
    placeholderData: (previous) => previous,
  });
  const objects = navigable(meta);
  const icons = new Map(objects.map((object) => [object.key, object.icon]));
  const lists = objects.filter((o) => label(o.label).toLowerCase().includes(asked.toLowerCase()));

  function go(path: string) {
    onClose();
    void navigate(path);
  }

  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      label={t("palette.label")}
      shouldFilter={false}
      overlayClassName={css.overlay}
      contentClassName={css.dialog}
    >
      <Command.Input value={text} onValueChange={setText} placeholder={t("palette.hint")} />
      <Command.List>
        <Command.Empty>{t("palette.nothing")}</Command.Empty>
        {lists.length > 0 && (
          <Command.Group heading={t("palette.lists")}>
            {lists.map((object) => (
              <Command.Item key={object.key} onSelect={() => go(`/o/${object.key}`)}>
                <ObjectIcon name={object.icon} />
                {label(object.label)}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {asked !== "" &&
          found?.groups.map((group) => (
            <Command.Group key={group.object} heading={label(group.label)}>
              {group.items.map((item) => (
                <Command.Item key={item.id} onSelect={() => go(`/o/${item.object}/${item.id}`)}>
                  <ObjectIcon name={icons.get(item.object) ?? null} />
                  <span className="ell">{item.title}</span>
                  {item.text !== item.title && <small className="ell">{item.text}</small>}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
      </Command.List>
    </Command.Dialog>
  );
}
