/** The words of an office file: a document, slides, or the sheets of a workbook. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { readBytes } from "@/api/files";
import { useFailureText } from "@/ui/Failure";
import { Grid } from "../Grid";
import { kindOf } from "../kinds";
import css from "../Preview.module.css";
import { Waiting, type PartProps } from "../Shown";
import { archive, Unreadable } from "./archive";
import { documentOf, slidesOf, type Block } from "./blocks";
import { sheetsOf, type Sheet } from "./sheets";

type Read = { pages: Block[][]; slides: boolean } | { sheets: Sheet[] };

const PARTS =
  /^(word\/document|ppt\/slides\/slide\d+|xl\/(workbook|sharedStrings|styles|worksheets\/[^/]+|_rels\/workbook))\.xml(\.rels)?$/;

export default function Office({ file, onFailed }: PartProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const { data, error } = useQuery({
    queryKey: ["file", file.id, "office"],
    queryFn: async (): Promise<Read> => read(kindOf(file), await readBytes(file.id)),
    retry: (count, problem) => !(problem instanceof Unreadable) && count < 1,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const failed = useRef(onFailed);
  useEffect(() => {
    failed.current = onFailed;
  });
  useEffect(() => {
    if (!error) return;
    const known = error instanceof Unreadable;
    const large = known && error.message === "large";
    failed.current(known ? t(large ? "preview.large" : "preview.broken") : failureText(error));
  }, [error, failureText, t]);
  if (!data) return <Waiting />;
  if ("sheets" in data) return <Sheets sheets={data.sheets} />;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={file.name}>
      {data.pages.map((blocks, at) => (
        <article key={at} className={`${css.paper} ${data.slides ? css.slide : ""}`}>
          {blocks.map((block, place) => (
            <Shown key={place} block={block} />
          ))}
        </article>
      ))}
      <p className={css.cut}>{t("preview.wordsOnly")}</p>
    </div>
  );
}

function read(kind: string, bytes: ArrayBuffer): Read {
  const file = archive(bytes, PARTS);
  if (kind === "xlsx") return { sheets: sheetsOf(file) };
  return kind === "pptx"
    ? { pages: slidesOf(file), slides: true }
    : { pages: [documentOf(file)], slides: false };
}

function Shown({ block }: { block: Block }) {
  if (block.kind !== "table") {
    const Tag = ({ heading: "h2", item: "li", text: "p" } as const)[block.kind];
    return <Tag>{block.text}</Tag>;
  }
  return (
    <table>
      <tbody>
        {block.rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, column) => (
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sheets({ sheets }: { sheets: Sheet[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const sheet = sheets[chosen];
  return (
    <div className={css.sheets}>
      <div className={css.scroll} tabIndex={0} role="tabpanel" aria-label={sheet?.name}>
        {sheet?.rows.length ? (
          <Grid rows={sheet.rows} />
        ) : (
          <p className={css.cut}>{t("preview.nothing")}</p>
        )}
      </div>
      <div role="tablist" className={css.tabs} aria-label={t("preview.sheets")}>
        {sheets.map(({ name }, at) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={at === chosen}
            onClick={() => setChosen(at)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
