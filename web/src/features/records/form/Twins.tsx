/** While somebody types: records that may be the same one. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMeta } from "@/api/catalogue";
import { readTwins } from "@/api/twins";
import type { ObjectMeta, Values } from "@/api/types";

import { changesOf } from "./changes";
import css from "./Form.module.css";

const QUIET_MS = 500;

export function Twins({ object, id, edits }: { object: ObjectMeta; id?: string; edits: Values }) {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const typed = useQuiet(JSON.stringify(changesOf(meta, object, null, edits)));
  const { data } = useQuery({
    queryKey: ["twins", object.key, id ?? null, typed],
    queryFn: () => readTwins(object.key, JSON.parse(typed) as Values, id),
    enabled: typed !== "{}",
    retry: false,
    placeholderData: (before) => before,
  });
  if (typed === "{}" || !data?.length) return null;
  return (
    <div className={css.twins} role="status">
      <strong>{t("record.twins")}</strong>
      <ul>
        {data.map((twin) => (
          <li key={`${twin.rule}${twin.record?.id ?? ""}`}>
            {twin.record ? (
              <Link to={`/o/${object.key}/${twin.record.id}`} target="_blank">
                {twin.record.title || t("fields.untitled")}
              </Link>
            ) : (
              t("record.twinHidden")
            )}
            {twin.owner && ` · ${t("record.ownedBy", { name: twin.owner })}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A text once it has not changed for a moment. */
function useQuiet(text: string): string {
  const [quiet, setQuiet] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return quiet;
}
