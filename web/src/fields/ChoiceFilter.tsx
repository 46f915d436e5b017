/** Filters by one of several: the type's own editor, taking many. */
import { createElement } from "react";

import type { FieldMeta, Reference } from "@/api/types";

import { operatorsOf, plain } from "./asked";
import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";
import { ME, MY_TEAM } from "./references";
import { editorOf, shownType } from "./registry";
import { useTitles } from "./useTitles";

/** Options by their keys: `by` names the type whose editor chooses several. */
export function OptionFilter({ by, ...props }: FilterProps & { by: string }) {
  const { operator, value, onChange } = props;
  const field = { ...many(props.field), type: by };
  return (
    <FilterRow {...props}>
      <Operand
        field={field}
        value={value}
        onChange={(next) => onChange(operator || operatorsOf(props.field)[0]!, next)}
      />
    </FilterRow>
  );
}

/** People, teams and records: asked by id, shown by title. */
export function ReferenceFilter(props: FilterProps) {
  const { operator, value, onChange } = props;
  const field = many(props.field);
  const ids = (value == null ? [] : [value].flat()).map((each) => (isMe(each) ? ME : String(each)));
  const { titled, remember } = useTitles(field.object ?? field.type, ids);
  return (
    <FilterRow {...props}>
      <Operand
        field={field}
        value={titled}
        onChange={(next) => {
          const chosen = (next ?? []) as Reference[];
          // Who belongs to a team is asked by an operator of its own.
          if (chosen.some(({ id }) => id === MY_TEAM)) {
            const against = operator !== plain(operator);
            return onChange(against ? `not ${MY_TEAM}` : MY_TEAM, null);
          }
          remember(chosen);
          const said = chosen.map(({ id }) => (id === ME ? { me: true } : id));
          onChange(operator || operatorsOf(props.field)[0]!, said.length ? said : null);
        }}
      />
    </FilterRow>
  );
}

function isMe(operand: unknown): boolean {
  return typeof operand === "object" && operand !== null && "me" in operand;
}

/** The field as its editor is to see it: several may be chosen, among them whoever asks. */
function many(field: FieldMeta): FieldMeta {
  return {
    ...field,
    type: shownType(field),
    many: true,
    asked: operatorsOf(field).includes(MY_TEAM) ? MY_TEAM : true,
    writable: true,
    required: false,
  };
}

interface OperandProps {
  field: FieldMeta;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Operand({ field, value, onChange }: OperandProps) {
  const editor = editorOf(field);
  if (!editor) return null;
  const props = { field, value: (value ?? null) as never, onChange };
  return createElement(editor, props);
}
