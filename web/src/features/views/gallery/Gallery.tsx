/** Records as cards with a picture. */
import { Button } from "antd";
import { Image as Picture } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useRecordPages } from "@/api/records";
import type { Row, StoredFile } from "@/api/types";
import { withLate } from "@/fields/late";
import { RowCell } from "@/fields/RowCell";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";

import type { LookProps } from "../list/ListPage";
import { NoRecords } from "../state/NoRecords";
import { cardFields, settingsFor } from "../state/settings";
import css from "./Gallery.module.css";

export default function Gallery(props: LookProps) {
  const { object, look } = props;
  const { t } = useTranslation();
  const settings = settingsFor("gallery", object, look);
  const cards = cardFields(object, look, settings?.cards);
  const keys = [...cards.map(({ key }) => key), settings?.image, object.title_field];
  const fields = withLate(object, keys).join(",");
  const { filter, q } = look;
  const pages = useRecordPages(object.key, { filter, q, sort: look.sort.join(","), fields });
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isPending) return <PageSkeleton />;
  const rows = pages.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <NoRecords {...props} />;
  return (
    <div className={css.gallery}>
      <ul className={css.cards}>
        {rows.map((row) => (
          <li key={row.id}>
            <Link to={`/o/${row.object}/${row.id}`} className={css.card}>
              <Shown row={row} image={settings?.image} />
              <strong className="ell">{row.title || t("fields.untitled")}</strong>
              {cards.map((field) => (
                <span key={field.key} className={`${css.fact} ell`}>
                  <RowCell row={row} field={field} place="card" />
                </span>
              ))}
            </Link>
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button
          type="text"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("list.showMore")}
        </Button>
      )}
    </div>
  );
}

function Shown({ row, image }: { row: Row; image?: string | null }) {
  const files = image ? (row.values[image] as StoredFile[] | StoredFile | null) : null;
  const [file] = files ? [files].flat() : [];
  if (!file) {
    return (
      <span className={css.picture}>
        <Picture size={22} strokeWidth={1.5} aria-hidden />
      </span>
    );
  }
  return (
    <img className={css.picture} src={`/api/files/${file.id}`} alt={file.name} loading="lazy" />
  );
}
