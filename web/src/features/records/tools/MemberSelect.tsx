/** A colleague, found by a part of the name. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";

import { findMembers } from "@/api/people";
import { PersonName } from "@/ui/Avatar";

interface Props {
  label: string;
  value: string | undefined;
  onChange: (id: string) => void;
  autoFocus?: boolean;
}

export function MemberSelect({ label, value, onChange, autoFocus }: Props) {
  const [q, setQ] = useState("");
  const { data } = useQuery({
    queryKey: ["members", q],
    queryFn: () => findMembers(q),
    placeholderData: (before) => before,
  });
  return (
    <Select
      aria-label={label}
      placeholder={label}
      autoFocus={autoFocus}
      value={value}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={(data ?? []).map(({ id, name }) => ({
        value: id,
        label: <PersonName name={name} />,
      }))}
      onChange={onChange}
      style={{ width: "100%" }}
    />
  );
}
