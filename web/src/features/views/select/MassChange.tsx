/** One value for many records, or their deletion: tried first, then done, with a way back. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Modal, Progress, Select } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { askAfterWriting } from "@/api/anew";
import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta, Row, Values } from "@/api/types";
import { FieldEditor } from "@/fields/FieldEditor";
import { editorOf } from "@/fields/registry";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

import type { Look } from "../state/look";
import { offered } from "../state/paths";
import { applyChange, giveUp, tryChange, type Done, type Wanted } from "./mass";
import { heldRows } from "./held";
import { Preview } from "./Preview";
import css from "./Select.module.css";
import type { Selection } from "./useSelection";

interface Props {
  op: "update" | "delete";
  object: ObjectMeta;
  look: Look;
  rows: Row[];
  count: number;
  selection: Selection;
  onClose: () => void;
}

/** The change as it is being put together, tried and done. */
function useMassChange({ op, object, look, count, selection, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const said = useUndo();
  const [field, setField] = useState<FieldMeta>();
  const [value, setValue] = useState<unknown>(null);
  const [done, setDone] = useState<number>();
  const [error, setError] = useState<string>();
  const [broke, setBroke] = useState<Wanted>();
  const stopped = useRef(false);
  const ready = op === "delete" || field != null;
  const values: Values = field ? { [field.key]: written(field, value) } : {};
  const wanted: Wanted = {
    object: object.key,
    op,
    values: op === "update" ? values : undefined,
    rows: selection.everything ? null : heldRows(client, object.key, selection),
    filter: look.filter,
    q: look.q,
  };
  const preview = useQuery({
    queryKey: ["try", wanted.object, op, values, look.filter, look.q, count],
    queryFn: () => tryChange(wanted),
    enabled: ready && done == null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

  async function apply() {
    setError(undefined);
    setDone(0);
    stopped.current = false;
    try {
      const made = await applyChange(
        wanted,
        (sofar) => setDone(sofar),
        () => stopped.current,
      );
      setBroke(undefined);
      tell(made);
      if (made.refused) void message.warning(t("list.massRefused", { count: made.refused }));
      selection.clear();
      onClose();
    } catch (failed) {
      setBroke(wanted);
      setError(failureText(failed));
      setDone(undefined);
    }
    await askAfterWriting(client, [object.key]);
  }

  function tell({ changed, chain }: Done) {
    said(t(op === "update" ? "list.massChanged" : "list.massDeleted", { count: changed }), chain);
  }

  /** What is done stays done, whether it is stopped or broke off; it can be taken back. */
  function stop() {
    stopped.current = true;
    if (done != null) return;
    const made = broke && giveUp(broke);
    if (made) tell(made);
    onClose();
  }

  function choose(next: FieldMeta | undefined) {
    setField(next);
    setValue(null);
  }

  // What broke off may be asked for again, even when nothing of it is left to be found.
  const idle = done != null || !ready || !(preview.data?.changed || broke);
  return { field, choose, value, setValue, done, error, ready, idle, preview, apply, stop };
}

export function MassChange(props: Props) {
  const { op, object, rows, count } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const change = useMassChange(props);
  const { field, value, done, error, ready, idle, preview } = change;
  const running = done != null;
  const clears = field != null && written(field, value) == null;
  return (
    <Modal
      open
      width={460}
      title={t(op === "update" ? "list.massEditTitle" : "list.massDeleteTitle", { count })}
      okText={t(verbOf(op, clears))}
      okButtonProps={{
        danger: op === "delete" || clears,
        disabled: idle,
        loading: running,
      }}
      cancelText={running ? t("list.massStop") : t("ui.cancel")}
      mask={{ closable: false }}
      onOk={() => void change.apply()}
      onCancel={change.stop}
    >
      <div className={css.mass}>
        {op === "update" && (
          <ValueChoice
            object={object}
            field={field}
            value={value}
            onField={change.choose}
            onValue={change.setValue}
          />
        )}
        {ready && !running && (
          <Preview
            query={preview}
            rows={rows}
            op={op}
            clears={clears ? label(field.label) : undefined}
          />
        )}
        {running && <Progress percent={Math.floor((100 * done) / Math.max(count, 1))} />}
        <p role="alert" className={css.fault}>
          {error}
        </p>
      </div>
    </Modal>
  );
}

/** What the button says it does: emptying a field is no change like others. */
function verbOf(op: Props["op"], clears: boolean): string {
  if (op === "delete") return "list.massDelete";
  return clears ? "list.massClear" : "list.massApply";
}

interface ChoiceProps {
  object: ObjectMeta;
  field?: FieldMeta;
  value: unknown;
  onField: (field: FieldMeta | undefined) => void;
  onValue: (value: unknown) => void;
}

function ValueChoice({ object, field, value, onField, onValue }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const fields = offered(object).filter(editorOf);
  return (
    <>
      <Select
        aria-label={t("list.field")}
        placeholder={t("list.massField")}
        showSearch={{ optionFilterProp: "label" }}
        value={field?.key}
        options={fields.map((each) => ({ value: each.key, label: label(each.label) }))}
        onChange={(key) => onField(fieldOf(object, key))}
      />
      {field && (
        <FieldEditor
          key={field.key}
          field={{ ...field, required: false }}
          value={value}
          onChange={onValue}
          id="mass-value"
        />
      )}
    </>
  );
}
