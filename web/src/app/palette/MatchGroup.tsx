/** What was found of one object. */
import { Command as Menu } from "cmdk";

import { useMatchGroup, type MatchGroup as Group } from "@/api/search";
import { usePlural } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";

import { MatchText } from "../MatchText";

interface Props {
  group: Group;
  go: (path: string) => void;
}

export function MatchGroup({ group, go }: Props) {
  const label = usePlural();
  const { icon, belonging } = useMatchGroup(group);
  return (
    <Menu.Group heading={label(group.label)}>
      {group.items.map((item) => (
        <Menu.Item
          key={item.id}
          value={item.id}
          onSelect={() => go(`/o/${item.object}/${item.id}`)}
        >
          <ObjectIcon name={icon} />
          <MatchText item={item} belonging={belonging.get(item.id)} />
        </Menu.Item>
      ))}
    </Menu.Group>
  );
}
