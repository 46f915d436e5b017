/** The file as it was understood: its sheet, its encoding, and which row is the header. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { importKeys, saveLayout, type ImportDocument, type Layout } from "@/api/imports";
import { bytes } from "@/lib/format/numbers";
import { useFailureText } from "@/ui/Failure";

import { Foot } from "../Foot";
import type { Draft } from "../mapping/useDraft";
import type { Step } from "../Steps";
import type { Target } from "../target";
import css from "../Transfer.module.css";
import { TopRows } from "./TopRows";

const ENCODINGS = ["utf-8", "gb18030", "utf-16", "big5"];
const DELIMITERS = [",", ";", "\t", "|"];

interface Props {
  made: ImportDocument;
  target: Target;
  draft: Draft;
  onGo: (step: Step) => void;
}

export function FileStep({ made, target, draft, onGo }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const failureText = useFailureText();
  const { mutate, isPending, error } = useLayout(made.id);
  const asked = made.header_by === "first";
  return (
    <>
      <div className={css.body} aria-busy={isPending}>
        <LayoutBar made={made} onRead={mutate} />
        {error != null && (
          <p className={css.wrong} role="alert">
            {failureText(error)}
          </p>
        )}
        <p className={asked ? css.asked : css.quiet} role={asked ? "alert" : undefined}>
          {t(asked ? "transfer.headerAsked" : "transfer.headerHint")}
        </p>
        <TopRows
          made={made}
          busy={isPending}
          onHeader={(row) => mutate({ ...laid(made), ...row })}
        />
      </div>
      <Foot made={made} draft={draft}>
        <Button onClick={() => void navigate(`/import/${target.key}`)}>
          {t("transfer.another")}
        </Button>
        <Button
          type="primary"
          loading={isPending}
          onClick={() => {
            // Going on says that the header is right.
            if (!asked) onGo("map");
            else
              mutate(
                { ...laid(made), header_row: made.header_row },
                { onSuccess: () => onGo("map") },
              );
          }}
        >
          {t("transfer.toMap")}
        </Button>
      </Foot>
    </>
  );
}

/** What a person has a say in, as it is. */
function laid({ sheet, encoding, delimiter }: ImportDocument): Layout {
  const said = { sheet, encoding, delimiter };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value != null));
}

function useLayout(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (layout: Layout) => saveLayout(id, layout),
    onSuccess: (fresh) => client.setQueryData(importKeys.one(id), fresh),
  });
}

function LayoutBar({ made, onRead }: { made: ImportDocument; onRead: (layout: Layout) => void }) {
  const { t } = useTranslation();
  const { sheet, encoding, delimiter } = made;
  return (
    <div className={css.facts}>
      <span className="ell">{made.file.name}</span>
      <span>{bytes(made.file.size)}</span>
      <span>{t("transfer.rows", { count: made.rows })}</span>
      {sheet != null && (
        <label>
          {t("transfer.sheet")}
          <Select
            aria-label={t("transfer.sheet")}
            size="small"
            value={sheet}
            popupMatchSelectWidth={false}
            options={made.sheets.map((value) => ({ value, label: value }))}
            onChange={(value) => onRead({ sheet: value })}
          />
        </label>
      )}
      {encoding != null && (
        <label>
          {t("transfer.encoding")}
          <Select
            aria-label={t("transfer.encoding")}
            size="small"
            value={encoding}
            popupMatchSelectWidth={false}
            options={[...new Set([encoding, ...ENCODINGS])].map((value) => ({
              value,
              label: value.toUpperCase(),
            }))}
            onChange={(value) => onRead({ encoding: value })}
          />
        </label>
      )}
      {delimiter != null && (
        <label>
          {t("transfer.delimiter")}
          <Select
            aria-label={t("transfer.delimiter")}
            size="small"
            value={delimiter}
            popupMatchSelectWidth={false}
            options={DELIMITERS.map((value, index) => ({
              value,
              label: t(`transfer.delimiters.${index}`),
            }))}
            onChange={(value) => onRead({ ...laid(made), delimiter: value })}
          />
        </label>
      )}
    </div>
  );
}
