/** One record beside a chat: key facts, stage, whom to call, what was last; a note in a few taps. */
import { ArrowLeft, ExternalLink, Phone } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { fieldAt, useMeta, useObject } from "@/api/catalogue";
import { useForm } from "@/api/form";
import { rememberRecent } from "@/api/recent";
import { useRecord, valueOf } from "@/api/records";
import type { FieldMeta, Meta, ObjectMeta, Row } from "@/api/types";
import { loggingsAt } from "@/features/records/panel/beginning";
import { stageOf } from "@/features/records/page/stage";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { RowCell } from "@/fields/RowCell";
import { useLabel } from "@/i18n/useLabel";
import { PageSkeleton } from "@/ui/Skeleton";

import { Last } from "./Last";
import { NoteBox } from "./NoteBox";
import css from "./Side.module.css";
import { Stage } from "./Stage";
import { Trouble } from "./Trouble";

export function CardPage() {
  const { object: key = "", id = "" } = useParams();
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const object = useObject(key);
  const { data: row, error, refetch } = useRecord(key, id);
  useEffect(() => {
    // Not being remembered is no reason to complain.
    void rememberRecent(key, id).catch(() => undefined);
  }, [key, id]);
  return (
    <>
      <nav className={css.top}>
        <Link to="/" className={css.way}>
          <ArrowLeft size={16} aria-hidden />
          {t("side.find")}
        </Link>
        <a className={css.way} href={`/o/${key}/${id}`} target="_blank" rel="noreferrer">
          {t("side.whole")}
          <ExternalLink size={14} aria-hidden />
        </a>
      </nav>
      {row && meta && object ? (
        <Card key={id} meta={meta} object={object} row={row} />
      ) : error ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton />
      )}
    </>
  );
}

interface Props {
  meta: Meta;
  object: ObjectMeta;
  row: Row;
}

function Card({ meta, object, row }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: form } = useForm(object.key, row.id);
  const header = (form?.header ?? []).flatMap((path) => fieldAt(meta, object, path) ?? []);
  const stage = form && stageOf(form, header);
  const facts = header.filter((field) => field !== stage && !isBlank(valueOf(row, field)));
  const [logging] = row.deleted_at ? [] : loggingsAt(meta, object, row);
  return (
    <>
      <header className={css.head}>
        <p className={css.kind}>{label(object.label)}</p>
        <h1>{row.title || t("fields.untitled")}</h1>
      </header>
      {form ? (
        <>
          {stage && <Stage field={stage} value={row.values[stage.key]} />}
          <Phones fields={object.fields} row={row} />
          <dl className={css.facts}>
            {facts.map((field) => (
              <div key={field.key}>
                <dt className="ell">{label(field.label)}</dt>
                <dd>
                  <RowCell row={row} field={field} place="page" />
                </dd>
              </div>
            ))}
          </dl>
          {logging && <NoteBox object={object} row={row} logging={logging} />}
          <Last object={object.key} id={row.id} />
        </>
      ) : (
        <PageSkeleton />
      )}
    </>
  );
}

/** Numbers to call: a tap is enough. */
function Phones({ fields, row }: { fields: FieldMeta[]; row: Row }) {
  const label = useLabel();
  const known = fields.filter(({ type, key }) => type === "phone" && !isBlank(row.values[key]));
  return known.map((field) => (
    <p key={field.key} className={css.phone}>
      <Phone size={16} strokeWidth={1.75} aria-hidden />
      <FieldCell field={field} value={row.values[field.key]} place="page" />
      <span className="ell">{label(field.label)}</span>
    </p>
  ));
}
