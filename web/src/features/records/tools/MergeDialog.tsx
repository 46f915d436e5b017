/** Two records become one: which, then whose value each field keeps, then a look at what follows. */
import { useQuery } from "@tanstack/react-query";
import { Modal, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useRecord, useWrite } from "@/api/records";
import { readMatches } from "@/api/search";
import type { FieldMeta, ObjectMeta, Row, Values } from "@/api/types";
import { write, type Change } from "@/api/write";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { written } from "@/fields/written";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

import type { DialogProps } from "./dialogs";
import css from "./Tools.module.css";

export function MergeDialog({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const tell = useUndo();
  const [other, setOther] = useState<string>();
  const [values, setValues] = useState<Values>({});
  const { mutateAsync, isPending, error } = useWrite();
  const change: Change = {
    op: "merge",
    object: object.key,
    id: row.id,
    // What was chosen was chosen of these values: others' changes are looked at first.
    version: row.version,
    from: [other ?? ""],
    values,
  };
  const preview = useQuery({
    queryKey: ["merge", change],
    queryFn: async () => (await write({ changes: [change], dry_run: true })).results[0],
    enabled: other != null,
    retry: false,
    placeholderData: (before) => before,
  });
  const failure = error ?? preview.error;

  async function merge() {
    try {
      const done = await mutateAsync({ changes: [change] });
      tell(t("tools.merged"), done.id);
      onClose();
    } catch {
      // Told below; the choices stay.
    }
  }

  return (
    <Modal
      open
      title={t("tools.mergeInto", { name: row.title ?? "" })}
      okText={t("tools.merge")}
      okButtonProps={{ disabled: !preview.data || preview.error != null, loading: isPending }}
      onOk={() => void merge()}
      onCancel={onClose}
      width={720}
    >
      <RecordSelect object={object} except={row.id} value={other} onChange={setOther} />
      {other && (
        <Choices object={object} row={row} other={other} values={values} onChange={setValues} />
      )}
      {preview.data && <Along along={preview.data.along ?? {}} />}
      {failure && (
        <p role="alert" className={css.refused}>
          {failureText(failure)}
        </p>
      )}
    </Modal>
  );
}

interface ChoicesProps {
  object: ObjectMeta;
  row: Row;
  other: string;
  values: Values;
  onChange: (values: Values) => void;
}

/** The fields in which the two differ, side by side. */
function Choices({ object, row, other, values, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: gone } = useRecord(object.key, other);
  if (!gone) return null;
  const differing = object.fields.filter(
    (field) => field.writable && field.type !== "lines" && differs(field, row, gone),
  );
  if (differing.length === 0) return <p className={css.against}>{t("tools.mergeSame")}</p>;
  return (
    <table className={css.choices}>
      <thead>
        <tr>
          <th />
          <th>{t("tools.mergeStays", { name: row.title ?? "" })}</th>
          <th>{t("tools.mergeGoes", { name: gone.title ?? "" })}</th>
        </tr>
      </thead>
      <tbody>
        {differing.map((field) => {
          const mine = !isBlank(row.values[field.key]);
          const chosen = (values[field.key] as string | undefined) ?? (mine ? "survivor" : other);
          const side = (whose: string, value: unknown) => (
            <td>
              <Radio
                checked={chosen === whose}
                onChange={() => onChange({ ...values, [field.key]: whose })}
              >
                <FieldCell field={field} value={value} place="page" />
              </Radio>
            </td>
          );
          return (
            <tr key={field.key}>
              <th scope="row">{label(field.label)}</th>
              {side("survivor", row.values[field.key])}
              {side(other, gone.values[field.key])}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function differs(field: FieldMeta, one: Row, other: Row): boolean {
  const sides = [one, other].map((row) => written(field, row.values[field.key]) ?? null);
  return JSON.stringify(sides[0]) !== JSON.stringify(sides[1]);
}

/** Records that come along from the one that goes. */
function Along({ along }: { along: Record<string, number> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = useLabel();
  const { data: meta } = useMeta();
  const parts = Object.entries(along).map(([key, count]) => {
    const name = label(meta?.objects.find((each) => each.key === key)?.label);
    return `${name} ${count}`;
  });
  if (parts.length === 0) return null;
  return <p className={css.against}>{t("tools.mergeAlong", { parts: joined(parts, language) })}</p>;
}

interface SelectProps {
  object: ObjectMeta;
  except: string;
  value: string | undefined;
  onChange: (id: string) => void;
}

function RecordSelect({ object, except, value, onChange }: SelectProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const { data } = useQuery({
    queryKey: ["search", object.key, q],
    queryFn: ({ signal }) => readMatches(q, signal),
    enabled: q.length > 1,
    placeholderData: (before) => before,
  });
  const items = (data?.groups ?? [])
    .filter((group) => group.object === object.key)
    .flatMap((group) => group.items)
    .filter((item) => item.id !== except);
  return (
    <Select
      autoFocus
      style={{ width: "100%" }}
      aria-label={t("tools.mergeWith")}
      placeholder={t("tools.mergeWith")}
      value={value}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={items.map((item) => ({ value: item.id, label: item.title }))}
      onChange={onChange}
    />
  );
}
