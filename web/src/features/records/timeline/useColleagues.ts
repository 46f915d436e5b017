/** Colleagues offered after an @, by a part of the name or its pinyin: the latest question wins. */
import { useRef, useState } from "react";

import { findMembers } from "@/api/people";

interface Offer {
  value: string;
  label: string;
  id: string;
}

interface Found {
  q: string;
  people: Offer[];
}

export function useColleagues() {
  const [found, setFound] = useState<Found>({ q: "", people: [] });
  const asked = useRef(0);
  function find(q: string) {
    const turn = ++asked.current;
    findMembers(q).then(
      (members) => {
        if (turn !== asked.current) return;
        const people = members.map(({ id, name }) => ({ value: name, label: name, id }));
        setFound({ q, people });
      },
      // Without an answer nobody is offered; what is typed stays.
      () => undefined,
    );
  }
  /** Until the answer is here, Enter must not take somebody else. */
  const fits = (input: string, { value = "" }: { value?: string }) =>
    input === found.q || value.includes(input);
  return { offered: found.people, find, fits };
}
