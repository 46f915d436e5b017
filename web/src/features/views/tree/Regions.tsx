/** Records by region: provinces with their counts, each opening the list of its records. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useFigures } from "@/api/figures";
import { number, percent } from "@/lib/format/numbers";
import { readRegions, regionName } from "@/lib/regions";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";

import type { LookProps } from "../list/ListPage";
import { RowList } from "../list/RowList";
import { settingsFor } from "../state/settings";
import { NoRecords } from "../state/NoRecords";
import { both } from "../state/within";
import css from "./Tree.module.css";

interface Province {
  code: string;
  count: number;
}

export default function Regions(props: LookProps) {
  const { object, look, change } = props;
  const { t } = useTranslation();
  const settings = settingsFor("region", object, look);
  const key = settings?.field ?? "";
  const { data, error, refetch } = useFigures(
    {
      object: object.key,
      filter: look.filter,
      group_by: [{ field: key, key: "value" }],
      measures: [{ key: "count", formula: "COUNT()" }],
      limit: 5000,
    },
    key !== "" && !look.q,
  );
  const { data: regions } = useQuery({
    queryKey: ["regions"],
    queryFn: readRegions,
    staleTime: Infinity,
  });
  // What is searched for by words has no figures: the records themselves say where they lie.
  if (look.q) return <RowList {...props} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data || !regions) return <PageSkeleton />;
  const provinces = provincesOf(data);
  if (provinces.length === 0) return <NoRecords object={object} look={look} change={change} />;
  const most = Math.max(...provinces.map(({ count }) => count));
  const all = provinces.reduce((sum, { count }) => sum + count, 0);

  /** The list of what lies there. */
  function open(code: string) {
    const here = code ? `STARTSWITH([${key}], "${code}")` : `ISBLANK([${key}])`;
    change({ type: "list", filter: both(look.filter, here) });
  }

  return (
    <div className={css.tree}>
      <div className={`${css.region} ${css.heads}`} aria-hidden>
        <span>{t("list.types.region")}</span>
        <span>{t("list.count")}</span>
        <span>{t("list.share")}</span>
        <span />
      </div>
      <ul>
        {provinces.map(({ code, count }) => (
          <li key={code}>
            <button type="button" className={css.region} onClick={() => open(code)}>
              <span className="ell">{code ? regionName(regions, code) : t("list.blank")}</span>
              <span>{number(count)}</span>
              <span className={css.share}>{percent(count / all, 1)}</span>
              <span className={css.bar}>
                <i style={{ width: `${(100 * count) / most}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first two digits of a region's code are its province. */
function provincesOf(rows: Record<string, unknown>[]): Province[] {
  const counts = new Map<string, number>();
  for (const { value, count } of rows) {
    const code = String(value ?? "").slice(0, 2);
    counts.set(code, (counts.get(code) ?? 0) + Number(count));
  }
  const made = [...counts].map(([code, count]) => ({ code, count }));
  return made.sort((a, b) => b.count - a.count);
}
