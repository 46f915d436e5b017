/** The page of any record: its title, its facts, its fields, edited where they stand. */
import { useParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import { isProblem } from "@/api/problem";
import { useRecord } from "@/api/records";
import { Failure } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { FieldSection } from "./FieldSection";
import { RecordHead } from "./RecordHead";
import css from "./Record.module.css";
import { sectionsOf } from "./sections";

export default function RecordPage() {
  const { object: key = "", id = "" } = useParams();
  const { data: meta } = useMeta();
  const { data: row, error, refetch } = useRecord(key, id);
  const object = meta?.objects.find((each) => each.key === key);
  if (isProblem(error) && error.status === 404) return <NothingHere />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!row || !object) return <PageSkeleton />;
  return (
    <article className={css.page} key={id}>
      <RecordHead object={object} row={row} />
      {sectionsOf(object).map((section) => (
        <FieldSection key={section.key} section={section} row={row} />
      ))}
    </article>
  );
}
