/** The beginning of a text file, or of a table of values separated by commas. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { readText } from "@/api/files";

import { useFailureText } from "../Failure";
import { kindOf } from "./kinds";
import css from "./Preview.module.css";
import { separated } from "./separated";
import { Waiting, type PartProps } from "./Shown";
import { Grid } from "./Grid";

/** Bytes of a text that are read: some 4,000 lines. */
const MOST = 256 * 1024;

export default function Text({ file }: PartProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const { data, error } = useQuery({
    queryKey: ["file", file.id, "text"],
    queryFn: () => readText(file.id, MOST),
    staleTime: Infinity,
    gcTime: 60_000,
  });
  if (error) return <p className={css.offer}>{failureText(error)}</p>;
  if (data == null) return <Waiting />;
  const rows = kindOf(file) === "table" ? separated(data) : null;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={file.name}>
      {rows ? <Grid rows={rows} /> : <pre className={css.paper}>{data}</pre>}
      {file.size > MOST && <p className={css.cut}>{t("preview.beginning")}</p>}
    </div>
  );
}
