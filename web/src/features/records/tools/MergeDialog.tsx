/** Two records become one: which, then whose value each field keeps, then a look at what follows. */
import { useQuery } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { readRecord, useWrite } from "@/api/records";
import { readMatches } from "@/api/search";
import type { ObjectMeta, Values } from "@/api/types";
import { write, type Change } from "@/api/write";
import { useLabel, useLanguage, usePlural } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

import type { DialogProps } from "./dialogs";
import { lateOf, type Late } from "./late";
import { MergeChoices } from "./MergeChoices";
import { MergeLate } from "./MergeLate";
import css from "./Tools.module.css";

/** The two as they are looked at: what changes meanwhile is told, not slipped under the eyes. */
function useSides(object: string, stays: string, goes: string | undefined) {
  return useQuery({
    queryKey: ["merge sides", object, stays, goes],
    queryFn: async () => {
      const [one, other] = await Promise.all([
        readRecord(object, stays),
        readRecord(object, goes ?? ""),
      ]);
      return { stays: one, goes: other };
    },
    enabled: goes != null,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

/** What would follow: nothing is written. */
function usePreview(change: Change, seen: unknown, enabled: boolean) {
  return useQuery({
    queryKey: ["merge", change, seen],
    queryFn: async () => (await write({ changes: [change], dry_run: true })).results[0],
    enabled,
    retry: false,
    placeholderData: (before) => before,
  });
}

/** The merge as it is put together, looked at and done. */
function useMerging({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const tell = useUndo();
  const [other, setOther] = useState<string>();
  const [values, setValues] = useState<Values>({});
  const [late, setLate] = useState<Late[]>([]);
  const { mutateAsync, isPending, error, reset } = useWrite();
  const sides = useSides(object.key, row.id, other);
  const { stays, goes } = sides.data ?? {};
  const change: Change = {
    op: "merge",
    object: object.key,
    id: row.id,
    from: [other ?? ""],
    values,
  };
  const preview = usePreview(change, [stays?.version, goes?.version], sides.data != null);

  function choose(id: string) {
    setOther(id);
    setValues({});
    setLate([]);
    reset();
  }

  async function merge() {
    if (!stays || !goes) return;
    const from = [{ id: goes.id, version: goes.version }];
    try {
      const done = await mutateAsync({ changes: [{ ...change, version: stays.version, from }] });
      tell(t("tools.merged"), done.id);
      onClose();
    } catch (failed) {
      // The choices stay; what else is wrong is told below.
      const found = lateOf(failed, [stays, goes]);
      setLate(found);
      if (found.length === 0) return;
      reset();
      await sides.refetch();
    }
  }

  return {
    ...{ other, choose, values, setValues, late, merge, isPending, sides },
    along: preview.data?.along,
    refused: preview.data?.errors?.[0]?.message,
    looked: preview.data != null && preview.error == null && !sides.isFetching,
    failure: error ?? sides.error ?? preview.error,
  };
}

export function MergeDialog(props: DialogProps) {
  const { object, row, onClose } = props;
  const { t } = useTranslation();
  const failureText = useFailureText();
  const merging = useMerging(props);
  const { other, sides, values, late, failure, refused } = merging;
  return (
    <Modal
      open
      title={t("tools.mergeInto", { name: row.title ?? "" })}
      okText={t("tools.merge")}
      okButtonProps={{ disabled: !merging.looked || !!refused, loading: merging.isPending }}
      onOk={() => void merging.merge()}
      onCancel={onClose}
      width={720}
    >
      <RecordSelect object={object} except={row.id} value={other} onChange={merging.choose} />
      <MergeLate object={object} late={late} />
      {sides.data && (
        <MergeChoices
          object={object}
          {...sides.data}
          values={values}
          onChange={merging.setValues}
        />
      )}
      <Along along={merging.along} />
      {(failure ?? refused) && (
        <p role="alert" className={css.refused}>
          {failure ? failureText(failure) : refused}
        </p>
      )}
    </Modal>
  );
}

/** Records that come along from the one that goes. */
function Along({ along = {} }: { along: Record<string, number> | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = useLabel();
  const plural = usePlural();
  const { data: meta } = useMeta();
  const parts = Object.entries(along).map(([key, count]) => {
    const kind = meta?.objects.find((each) => each.key === key)?.label;
    const name = count === 1 ? label(kind) : plural(kind);
    return t("tools.mergePart", { name, count });
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
