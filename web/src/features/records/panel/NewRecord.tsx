/** A record to come: its form, filled in with what is known already. */
import { useState } from "react";

import { useForm } from "@/api/form";
import type { ObjectMeta, Values } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";
import { useNarrow } from "@/ui/useMedia";

import { useDraft } from "../form/draft";
import { RecordForm } from "../form/RecordForm";

interface Props {
  object: ObjectMeta;
  /** Values to begin with. */
  given?: Values;
  narrow?: boolean;
  onCancel: () => void;
  onSaved: (id: string) => void;
}

export function NewRecord(props: Props) {
  // Another one begins with an empty form, and an id of its own.
  const [round, setRound] = useState(0);
  return <OneNew key={round} {...props} onAgain={() => setRound(round + 1)} />;
}

function OneNew({
  object,
  given,
  narrow,
  onCancel,
  onSaved,
  onAgain,
}: Props & { onAgain: () => void }) {
  const form = useForm(object.key);
  const small = useNarrow();
  const [whole, setWhole] = useState(false);
  const draft = useDraft(object.key, begunAt(given), null, {
    ...defaultsOf(object),
    ...given,
  });
  if (form.error) return <Failure error={form.error} onRetry={() => void form.refetch()} />;
  if (!form.data) return <PageSkeleton />;
  return (
    <RecordForm
      object={object}
      form={form.data}
      row={null}
      draft={draft}
      narrow={narrow}
      onWhole={small && !whole && form.data.quick.length ? () => setWhole(true) : undefined}
      onCancel={() => {
        draft.clear();
        onCancel();
      }}
      onSaved={(id, again) => (again ? onAgain() : onSaved(id))}
    />
  );
}

/** Words begun at one record are not found again at another. */
function begunAt(given: Values = {}): string {
  const ids = Object.values(given).map((value) => (value as { id?: string } | null)?.id);
  return ["new", ...ids.filter(Boolean)].join(".");
}

/** Defaults that are plain values; formulas are the server's. */
function defaultsOf(object: ObjectMeta): Values {
  const plain = object.fields.filter(
    (field) =>
      field.writable &&
      field.default != null &&
      (typeof field.default !== "object" || Array.isArray(field.default)),
  );
  return Object.fromEntries(plain.map((field) => [field.key, field.default]));
}
