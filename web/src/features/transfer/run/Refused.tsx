/** The rows that were not written, each with its reason at the cell. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { importKeys, readErrors, type ImportDocument } from "@/api/imports";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { RowTable } from "../preview/RowTable";
import { refused } from "../preview/rows";
import type { Target } from "../target";
import css from "../Transfer.module.css";

export function Refused({ made, target }: { made: ImportDocument; target: Target }) {
  const { t } = useTranslation();
  const pages = useInfiniteQuery({
    queryKey: importKeys.errors(made.id),
    queryFn: ({ pageParam, signal }) => readErrors(made.id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <Bar width={240} height={14} />;
  const rows = pages.data.pages.flatMap((page) => page.items).map(refused);
  return (
    <>
      <h2 className={css.heading}>{t("transfer.leftBehind")}</h2>
      <RowTable
        made={made}
        target={target}
        rows={rows}
        kind={null}
        onEnd={() => pages.hasNextPage && !pages.isFetching && void pages.fetchNextPage()}
      />
    </>
  );
}
