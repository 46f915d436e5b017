/** What a card says below its title: whom it is about, bare numbers by name, worth, day and owner. */
import { valueOf } from "@/api/records";
import type { FieldMeta, Reference, Row } from "@/api/types";
import { isBlank } from "@/fields/FieldCell";
import { RowCell } from "@/fields/RowCell";
import { shownType } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import { Avatar } from "@/ui/Avatar";
import { useTextScale } from "@/ui/textScale";

import css from "./Board.module.css";

/** Heights in px, as in the style sheet: all cards of a board are of one height. */
const TOP = 26;
const LINE = 22;
const FOOT = 26;
const EDGES = 18;
/** A number or a yes says nothing without its name. */
const BARE = new Set(["number", "integer", "percent", "duration", "boolean"]);

interface Parts {
  lines: FieldMeta[];
  worth?: FieldMeta;
  day?: FieldMeta;
  person?: FieldMeta;
}

function partsOf(cards: FieldMeta[]): Parts {
  const first = (...types: string[]) => cards.find((each) => types.includes(shownType(each)));
  const [worth, day, person] = [first("money"), first("date", "datetime"), first("member")];
  const foot = [worth, day, person];
  return { lines: cards.filter((each) => !foot.includes(each)), worth, day, person };
}

export function useCardHeight(cards: FieldMeta[]): number {
  const larger = useTextScale();
  const { lines, worth, day, person } = partsOf(cards);
  return EDGES + larger * (TOP + LINE * lines.length + (worth || day || person ? FOOT : 0));
}

export function CardFacts({ row, cards }: { row: Row; cards: FieldMeta[] }) {
  const { lines, worth, day, person } = partsOf(cards);
  return (
    <>
      {lines.map((field) => (
        <Fact key={field.key} field={field} row={row} />
      ))}
      {(worth ?? day ?? person) && (
        <div className={css.foot}>
          {worth && <Fact field={worth} row={row} className={css.worth} />}
          {day && <Fact field={day} row={row} className={css.day} />}
          {person && <Person field={person} row={row} />}
        </div>
      )}
    </>
  );
}

interface FactProps {
  field: FieldMeta;
  row: Row;
  className?: string;
}

function Fact({ field, row, className = css.fact }: FactProps) {
  const label = useLabel();
  const value = valueOf(row, field);
  const name = label(field.label);
  const bare = BARE.has(shownType(field));
  return (
    <div className={`${className} ell`} title={isBlank(value) ? undefined : name}>
      {!isBlank(value) && (
        <>
          <span className={bare ? css.factName : "sr"}>{name}</span>
          <RowCell row={row} field={field} place="card" />
        </>
      )}
    </div>
  );
}

/** Drawn small; the name is told to who points at it, and to who listens. */
function Person({ field, row }: { field: FieldMeta; row: Row }) {
  const label = useLabel();
  const person = valueOf(row, field) as Reference | null;
  if (!person?.title) return null;
  return (
    <span className={css.person} title={`${label(field.label)} ${person.title}`}>
      <Avatar name={person.title} size={20} />
      <span className="sr">{`${label(field.label)} ${person.title}`}</span>
    </span>
  );
}
