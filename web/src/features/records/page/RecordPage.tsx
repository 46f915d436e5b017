/** The page of any record: key facts, its form, what happened to it; edited where it stands. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, useParams } from "react-router";

import { useObject } from "@/api/catalogue";
import { useForm } from "@/api/form";
import { isProblem } from "@/api/problem";
import { useRecord } from "@/api/records";
import { rememberRecent } from "@/api/recent";
import { Failure } from "@/ui/Failure";
import { Heavy } from "@/ui/Heavy";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { RecordBody } from "./RecordBody";

interface Props {
  /** Which record when the address does not name it: beside a list. */
  beside?: { object: string; id: string };
}

export default function RecordPage({ beside }: Props) {
  const params = useParams();
  const { object: key = "", id = "" } = beside ?? params;
  const { data: row, error, refetch } = useRecord(key, id);
  const form = useForm(key, id);
  const object = useObject(key);
  useRecent(key, row?.id);
  if (isProblem(error) && error.status === 404) {
    const merged = error.errors[0]?.merged_into;
    return merged ? <Navigate to={`/o/${key}/${merged as string}`} replace /> : <NothingHere />;
  }
  // Asking anew in vain leaves what is there.
  if (!row || !object || !form.data) {
    const failed = error ?? form.error;
    return failed ? <Failure error={failed} onRetry={() => void refetch()} /> : <PageSkeleton />;
  }
  return (
    <Heavy key={id} waiting={<PageSkeleton />}>
      <RecordBody object={object} row={row} form={form.data} />
    </Heavy>
  );
}

function useRecent(object: string, id: string | undefined) {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (id: string) => rememberRecent(object, id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["recent"] }),
  });
  useEffect(() => {
    if (id) mutate(id);
  }, [id, mutate]);
}
