/** A member, found by a part of the name; oneself comes first. */
import { useTranslation } from "react-i18next";

import { findMembers } from "@/api/people";
import { useSession } from "@/api/session";
import type { Reference } from "@/api/types";
import { PersonName } from "@/ui/Avatar";

import { Picker } from "../Picker";
import type { EditorProps } from "../protocol";
import { ME, MY_TEAM } from "../references";
import { useOffered } from "../useOffered";

export default function MemberEditor(props: EditorProps<Reference | Reference[]>) {
  const { t } = useTranslation();
  const me = useSession().data?.member;
  const { offered, busy, typed, setTyped } = useOffered(["members"], findMembers);
  const others = offered.filter((each) => each.id !== me?.id);
  const found = me && offered.some((each) => each.id === me.id);
  const mine =
    me && (found || me.name.includes(typed.trim())) ? [{ id: me.id, name: me.name }] : [];
  const people = [...mine, ...others].map(({ id, name }) => ({
    id,
    title: name,
    shown: <PersonName name={id === me?.id ? t("fields.myself", { name }) : name} />,
  }));
  // A filter means whoever asks, today this member, tomorrow the next.
  const { asked } = props.field;
  const team = asked === MY_TEAM ? [{ id: MY_TEAM, title: t("fields.myTeam") }] : [];
  const asker = asked && !typed.trim() ? [{ id: ME, title: t("fields.me") }, ...team] : [];
  const choices = [...asker, ...people];
  return (
    <Picker
      {...props}
      choices={choices}
      hint={t("fields.chooseMember")}
      busy={busy}
      onSearch={setTyped}
    />
  );
}
