/** The records of any object as a saved view shows them; all of it stands in the address. */
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import type { Meta, ObjectMeta } from "@/api/types";
import { useViews, type View, type ViewType } from "@/api/views";
import { usePlural } from "@/i18n/useLabel";
import { Failure } from "@/ui/Failure";
import { later } from "@/ui/later";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";
import { useStable } from "@/ui/useStable";

import { ListHead } from "../head/ListHead";
import { useLook, type Look } from "../state/look";
import { useTotal } from "../state/total";
import css from "./List.module.css";
import { RowList } from "./RowList";
import { useSettled } from "./useSettled";

export { prepare } from "./prepare";

export interface LookProps {
  meta: Meta;
  object: ObjectMeta;
  look: Look;
  change: ReturnType<typeof useLook>["change"];
  onPeek: (id: string) => void;
}

const BODIES: Record<Exclude<ViewType, "list">, ComponentType<LookProps>> = {
  board: later(() => import("../board/Board"), PageSkeleton),
  calendar: later(() => import("../calendar/Calendar"), PageSkeleton),
  gallery: later(() => import("../gallery/Gallery"), PageSkeleton),
  tree: later(() => import("../tree/Tree"), PageSkeleton),
  region: later(() => import("../tree/Regions"), PageSkeleton),
};

export default function ListPage() {
  const { object: key = "" } = useParams();
  const { data: meta, error, refetch } = useMeta();
  const object = meta?.objects.find((each) => each.key === key);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!meta) return <PageSkeleton />;
  // A key of its own: scroll and selection belong to one object's list.
  return object ? <ObjectViews key={key} meta={meta} object={object} /> : <NothingHere />;
}

function ObjectViews({ meta, object }: { meta: Meta; object: ObjectMeta }) {
  const { data, error, refetch } = useViews(object.key);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return <ObjectList meta={meta} object={object} views={data} />;
}

interface Props {
  meta: Meta;
  object: ObjectMeta;
  views: View[];
}

function ObjectList({ meta, object, views }: Props) {
  const { t } = useTranslation();
  const label = usePlural();
  const { look, change, reset } = useLook(meta, object, views);
  const [, setParams] = useSearchParams();
  const total = useTotal(object.key, look);
  const settled = useSettled(look);

  const onPeek = useStable((id: string) => {
    setParams(
      (old) => {
        old.set("peek", id);
        return old;
      },
      { replace: true },
    );
  });
  const onChange = useStable(change);

  const shared = { meta, object, look, change: onChange, onPeek };
  const Body = look.type === "list" ? RowList : BODIES[look.type];
  return (
    <section className={css.page} aria-label={t("list.label", { name: label(object.label) })}>
      <ListHead {...shared} views={views} total={total} reset={reset} />
      <Body key={settled} {...shared} />
    </section>
  );
}
