/** The name of a view and whom it is for: of a new one, or of one that is there. */
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useSession } from "@/api/session";
import type { ObjectMeta } from "@/api/types";
import { dropView, keepView, shareView, type View } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import { bodyOf, bodyOfView } from "../state/body";
import type { Look } from "../state/look";
import css from "./Head.module.css";
import { isNamed, readersOf, saidOf } from "./readers";
import { ReadersInput } from "./ReadersInput";

interface Props {
  object: ObjectMeta;
  look: Look;
  /** The view whose name and readers change; none for what is seen as a new one. */
  view?: View;
  onClose: () => void;
  onSaved: (key: string) => void;
}

export function SaveDialog({ object, look, view, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const failureText = useFailureText();
  const { data: session } = useSession();
  const [name, setName] = useState(view ? label(view.label) : "");
  const [readers, setReaders] = useState(() => readersOf(view, session?.member.teams ?? []));
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const complete = name.trim() !== "" && isNamed(readers);

  async function save() {
    if (!complete || busy) return;
    setBusy(true);
    try {
      onSaved(await saved());
    } catch (failed) {
      setError(failureText(failed));
    }
    setBusy(false);
  }

  /** Becoming shared, or one's own again, it is another view: the old one goes. */
  async function saved(): Promise<string> {
    const own = readers.whose === "own";
    const kept = view ? bodyOfView(view) : bodyOf(object, look);
    const renamed = !view || name.trim() !== label(view.label);
    const said = { ...kept, ...(renamed && { label: name.trim() }), ...saidOf(readers) };
    if (view?.own === own) return (await keepView(said, view)).key;
    const made = await (own ? keepView(said) : shareView(said));
    if (view) await dropView(view);
    return made.key;
  }

  return (
    <Modal
      open
      width={420}
      title={t(view ? "list.viewSettings" : "list.saveAsTitle")}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !complete, loading: busy }}
      onCancel={onClose}
      onOk={() => void save()}
    >
      <div className={css.form}>
        <Input
          value={name}
          maxLength={60}
          aria-label={t("list.viewName")}
          placeholder={t("list.viewName")}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => void save()}
        />
        <ReadersInput value={readers} onChange={setReaders} />
        <p role="alert" className={css.fault}>
          {error}
        </p>
      </div>
    </Modal>
  );
}
