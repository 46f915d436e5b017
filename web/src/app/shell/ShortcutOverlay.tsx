/** The keyboard on one page, opened by `?`. */
import { Modal } from "antd";
import { useTranslation } from "react-i18next";

import { keysShown, SHORTCUTS, type ShortcutName } from "@/ui/shortcuts";
import css from "./Shell.module.css";

const GROUPS = ["general", "list", "record"] as const;

export default function ShortcutOverlay({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const names = Object.keys(SHORTCUTS) as ShortcutName[];
  return (
    <Modal open onCancel={onClose} footer={null} title={t("shortcuts.title")} width={420}>
      <div className={css.shortcuts}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`shortcuts.groups.${group}`)}</h3>
            <ul>
              {names
                .filter((name) => SHORTCUTS[name].group === group)
                .map((name) => (
                  <li key={name}>
                    {t(`shortcuts.${name}`)}
                    <span className={css.keys}>
                      {keysShown(name).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
