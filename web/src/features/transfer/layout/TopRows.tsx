/** The first rows of the file, the header marked; another row becomes the header by a click. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import type { ImportDocument, Layout } from "@/api/imports";

import css from "./TopRows.module.css";

interface Props {
  made: ImportDocument;
  busy: boolean;
  onHeader: (layout: Layout) => void;
}

export function TopRows({ made, busy, onHeader }: Props) {
  const { t } = useTranslation();
  const first = made.header_row;
  const last = first + made.header_rows - 1;
  const kind = (row: number) =>
    row < first ? "above" : row <= last && first > 0 ? "head" : "data";
  return (
    <div className={css.sheet} tabIndex={0} role="region" aria-label={t("transfer.top")}>
      <table>
        <tbody>
          {made.top.map((cells, index) => {
            const row = index + 1;
            return (
              <tr key={row} className={css[kind(row)]}>
                <th scope="row">{row}</th>
                <td className={css.tag}>
                  {kind(row) === "head" ? (
                    <b>{t("transfer.header")}</b>
                  ) : (
                    <button
                      type="button"
                      disabled={busy}
                      aria-label={t("transfer.useRow", { row })}
                      onClick={() => onHeader({ header_row: row })}
                    >
                      {t("transfer.useAsHeader")}
                    </button>
                  )}
                </td>
                {cells.map((cell, at) => (
                  <td key={at} title={cell}>
                    {cell}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p>
        {first > 0 ? (
          <Button
            size="small"
            type="text"
            disabled={busy}
            onClick={() => onHeader({ header_row: 0 })}
          >
            {t("transfer.noHeader")}
          </Button>
        ) : (
          t("transfer.noHeaderNow")
        )}
      </p>
    </div>
  );
}
