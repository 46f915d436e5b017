/** Rows of cells with letters above and numbers beside them, as tables of offices have. */
import { useTranslation } from "react-i18next";

import css from "./Preview.module.css";

const [ROWS, COLUMNS] = [500, 60];

export function Grid({ rows }: { rows: string[][] }) {
  const { t } = useTranslation();
  const shown = rows.slice(0, ROWS);
  const wide = Math.min(COLUMNS, Math.max(1, ...shown.map((row) => row.length)));
  const letters = Array.from({ length: wide }, (_, at) => letterOf(at));
  const cut = rows.length > ROWS || rows.some((row) => row.length > COLUMNS);
  return (
    <>
      <table className={css.grid}>
        <thead>
          <tr>
            <th scope="col" aria-label={t("preview.row")} />
            {letters.map((letter) => (
              <th key={letter} scope="col">
                {letter}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, at) => (
            <tr key={at}>
              <th scope="row">{at + 1}</th>
              {letters.map((letter, column) => (
                <td key={letter} className={isNumber(row[column]) ? css.right : undefined}>
                  {row[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {cut && <p className={css.cut}>{t("preview.cut", { rows: ROWS, columns: COLUMNS })}</p>}
    </>
  );
}

function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : letterOf(Math.floor(at / 26) - 1) + letter;
}

function isNumber(cell: string | undefined): boolean {
  return cell != null && /^-?[\d,]+(\.\d+)?%?$/.test(cell);
}
