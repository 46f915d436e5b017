/** What a record is called, what kind it is, its key facts, and what can be done with it. */
import { Button } from "antd";
import { ChevronLeft, ChevronRight, Pencil } from "lucide-react";
import { type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { RowCell } from "@/fields/RowCell";
import { useLabel, usePlural } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { ObjectIcon } from "@/ui/icons";
import { keysShown, useShortcut } from "@/ui/shortcuts";
import { useNarrow } from "@/ui/useMedia";

import { useNeighbours } from "./neighbours";
import css from "./Record.module.css";

interface Props {
  object: ObjectMeta;
  row: Row;
  facts: FieldMeta[];
  /** Undefined where nothing may be changed. */
  onEdit?: () => void;
  menu: ReactNode;
}

export function RecordHead({ object, row, facts, onEdit, menu }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const narrow = useNarrow();
  const plural = usePlural();
  return (
    <header className={css.head}>
      <div className={css.line}>
        <Link to={`/o/${object.key}`} className={css.kind}>
          <ObjectIcon name={object.icon} size={14} />
          {plural(object.label)}
        </Link>
        <Paging object={object.key} id={row.id} />
      </div>
      <div className={css.line}>
        <h1>{row.title || t("fields.untitled")}</h1>
        <div className={css.acts}>
          {onEdit && !narrow && (
            <Button
              icon={<Pencil size={14} />}
              onClick={onEdit}
              title={`${t("shortcuts.edit")}  ${keysShown("edit").join(" ")}`}
            >
              {t("record.edit")}
            </Button>
          )}
          {menu}
        </div>
      </div>
      {facts.length > 0 && (
        <dl className={css.facts}>
          {facts.map((field) => (
            <div key={field.key}>
              <dt>{label(field.label)}</dt>
              <dd className="ell">
                <RowCell row={row} field={field} place="page" />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </header>
  );
}

function Paging({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useNeighbours(object, id);
  const go = (to: string | undefined) => to && void navigate(`/o/${object}/${to}`);
  useShortcut("next", () => go(found?.next));
  useShortcut("previous", () => go(found?.previous));
  if (!found) return null;
  return (
    <div className={css.paging}>
      <span>{`${found.at} / ${found.count}`}</span>
      <IconButton
        icon={ChevronLeft}
        label={t("record.previous")}
        hint="K"
        disabled={!found.previous}
        onClick={() => go(found.previous)}
      />
      <IconButton
        icon={ChevronRight}
        label={t("record.next")}
        hint="J"
        disabled={!found.next}
        onClick={() => go(found.next)}
      />
    </div>
  );
}
