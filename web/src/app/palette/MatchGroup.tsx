/** What was found of one object; two of one name are told apart by what they belong to. */
import { Command as Menu } from "cmdk";

import { useMeta } from "@/api/catalogue";
import { useBelonging, type Match, type Matches } from "@/api/search";
import { usePlural } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";
import { Marked } from "@/ui/Marked";

interface Props {
  group: Matches["groups"][number];
  go: (path: string) => void;
}

export function MatchGroup({ group, go }: Props) {
  const label = usePlural();
  const { data: meta } = useMeta();
  const object = meta?.objects.find(({ key }) => key === group.object);
  const above = object?.fields.find(({ type, many }) => type === "reference" && !many);
  const belonging = useBelonging(group, above?.key);
  return (
    <Menu.Group heading={label(group.label)}>
      {group.items.map((item) => (
        <Found
          key={item.id}
          item={item}
          icon={object?.icon ?? null}
          belonging={belonging.get(item.id)}
          go={go}
        />
      ))}
    </Menu.Group>
  );
}

interface FoundProps {
  item: Match;
  icon: string | null;
  belonging: string | undefined;
  go: Props["go"];
}

function Found({ item, icon, belonging, go }: FoundProps) {
  const inTitle = item.text === item.title;
  const path = `/o/${item.object}/${item.id}`;
  return (
    <Menu.Item value={item.id} onSelect={() => go(path)}>
      <ObjectIcon name={icon} />
      <Marked text={item.title} parts={inTitle ? item.highlights : []} />
      <small className="ell">
        {inTitle ? belonging : <Marked text={item.text} parts={item.highlights} />}
      </small>
    </Menu.Item>
  );
}
