/** The list of any object: what the address says, from the catalogue alone. */
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import { useRecordPages } from "@/api/records";
import type { ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { Failure } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";
import { useNarrow } from "@/ui/useMedia";

import { CardList } from "./CardList";
import css from "./List.module.css";
import { RowGrid } from "./RowGrid";
import { columnsOf } from "./columns";

export default function ListPage() {
  const { object: key = "" } = useParams();
  const { data: meta, error, refetch } = useMeta();
  const object = meta?.objects.find((each) => each.key === key);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!meta) return <PageSkeleton />;
  // A key of its own: scroll and selection belong to one object's list.
  return object ? <ObjectList key={key} object={object} /> : <NothingHere />;
}

function ObjectList({ object }: { object: ObjectMeta }) {
  const { t } = useTranslation();
  const label = useLabel();
  const narrow = useNarrow();
  const [params, setParams] = useSearchParams();
  const sort = params.get("sort") ?? undefined;
  const filter = params.get("filter") ?? undefined;
  const pages = useRecordPages(object.key, { sort, filter });
  const columns = columnsOf(object);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const total = pages.data?.pages[0]?.total;
  const shared = {
    object,
    columns,
    rows,
    more: pages.hasNextPage && !pages.isFetchingNextPage ? pages.fetchNextPage : undefined,
  };

  function sortBy(next: string | undefined) {
    setParams((old) => {
      if (next) old.set("sort", next);
      else old.delete("sort");
      return old;
    });
  }

  return (
    <section className={css.page} aria-label={t("list.label", { name: label(object.label) })}>
      <header className={css.head}>
        <h1>{label(object.label)}</h1>
        {total != null && <span className={css.total}>{t("list.total", { count: total })}</span>}
      </header>
      {pages.error ? (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : narrow ? (
        <CardList {...shared} loading={pages.isPending} />
      ) : (
        <RowGrid {...shared} loading={pages.isPending} sort={sort} onSort={sortBy} />
      )}
    </section>
  );
}
