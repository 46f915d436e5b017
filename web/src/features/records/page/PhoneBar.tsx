/** On a phone, in reach of the thumb: note down what happened, call, edit. */
import { Button } from "antd";
import { NotebookPen, Pencil, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import type { ObjectMeta, Row } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { useNarrow } from "@/ui/useMedia";

import { loggingsAt, type Logging } from "../panel/beginning";
import css from "./PhoneBar.module.css";

interface Props {
  object: ObjectMeta;
  row: Row;
  /** Undefined where nothing may be changed. */
  onEdit?: () => void;
}

export function PhoneBar({ object, row, onEdit }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const narrow = useNarrow();
  const [, setParams] = useSearchParams();
  if (!narrow) return null;
  const loggings = meta && !row.deleted_at ? loggingsAt(meta, object, row) : [];
  const phone = object.fields.find(({ type, key }) => type === "phone" && row.values[key]);

  function log({ target, given }: Logging) {
    setParams((old) => {
      old.set("new", target.key);
      old.set("with", JSON.stringify(given));
      return old;
    });
  }

  return (
    <footer className={css.bar}>
      {loggings.map((each) => (
        <Button
          key={each.target.key}
          type="primary"
          icon={<NotebookPen size={16} />}
          onClick={() => log(each)}
        >
          {t("record.log", { name: label(each.target.label) })}
        </Button>
      ))}
      {phone && (
        <Button icon={<Phone size={16} />} href={`tel:${String(row.values[phone.key])}`}>
          {t("record.call")}
        </Button>
      )}
      {onEdit && (
        <Button icon={<Pencil size={16} />} onClick={onEdit}>
          {t("record.edit")}
        </Button>
      )}
    </footer>
  );
}
