/** Find records by name, pinyin, initials or phone; open pages, lists and views; do things. */
import { useQuery } from "@tanstack/react-query";
import { Command as Menu } from "cmdk";
import { Search } from "lucide-react";
import { memo, useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useMeta } from "@/api/catalogue";
import { useRecent } from "@/api/recent";
import { readMatches, type Matches } from "@/api/search";
import { useSetting } from "@/api/settings";
import { useFailureText } from "@/ui/Failure";
import { ObjectIcon } from "@/ui/icons";
import { useSettled } from "@/ui/useSettled";
import { useStable } from "@/ui/useStable";

import { MatchGroup } from "./MatchGroup";
import css from "./Palette.module.css";
import { useCommands, type Command } from "./useCommands";
import { useEarlyEnter } from "./useEarlyEnter";

const TYPING_MS = 120;
const RECENT = 8;
const KEPT = 5;
const NONE: string[] = [];
const GROUPS = ["places", "views", "actions"] as const;
// With records to show, commands take no more room than this.
const OF_GROUP = 5;
const KEYS = { choose: ["↑", "↓"], open: ["↵"], close: ["Esc"] };

interface Props {
  onClose: () => void;
  onHelp: () => void;
  text: string;
  onText: (text: string) => void;
}

export default function Palette({ onClose, onHelp, text, onText }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const navigate = useNavigate();
  const [used, keepUsed] = useSetting<string[]>("palette", NONE);
  const typed = text.trim();
  const asked = useSettled(typed, TYPING_MS);
  const search = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => readMatches(asked, signal),
    enabled: asked !== "" && typed !== "",
    placeholderData: (previous) => previous,
  });
  const waiting = typed !== "" && (typed !== asked || search.isFetching);

  const go = useStable((path: string) => {
    onClose();
    void navigate(path);
  });

  const run = useStable((command: Command) => {
    onClose();
    keepUsed([command.id, ...used.filter((id) => id !== command.id)].slice(0, KEPT));
    command.run();
  });
  const help = useStable(onHelp);
  // What the server finds is drawn when there is time; commands at once, for Enter takes the first.
  const groups = useDeferredValue(search.data?.groups);
  const { input, hold } = useEarlyEnter(typed, waiting || groups !== search.data?.groups);

  return (
    <Menu.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      label={t("palette.label")}
      shouldFilter={false}
      loop
      overlayClassName={css.overlay}
      contentClassName={css.dialog}
    >
      <div className={css.ask}>
        <Search size={17} strokeWidth={1.75} aria-hidden />
        <Menu.Input
          ref={input}
          onKeyDown={hold}
          // Left to the dialog, what was typed before would be selected and typed over.
          autoFocus
          value={text}
          onValueChange={onText}
          placeholder={t("palette.hint")}
        />
        <button type="button" className={css.cancel} onClick={onClose}>
          {t("palette.cancel")}
        </button>
      </div>
      <Menu.List aria-busy={waiting}>
        <Menu.Empty>
          {search.error ? failureText(search.error) : waiting ? null : t("palette.nothing")}
        </Menu.Empty>
        <Offered typed={typed} groups={groups} used={used} run={run} go={go} onHelp={help} />
      </Menu.List>
      <Keys />
    </Menu.Dialog>
  );
}

interface OfferedProps {
  typed: string;
  groups: Matches["groups"] | undefined;
  used: string[];
  run: (command: Command) => void;
  go: (path: string) => void;
  onHelp: () => void;
}

/** What can be chosen; drawn anew only when that changes. */
const Offered = memo(function Offered({ typed, groups, onHelp, ...rest }: OfferedProps) {
  const commands = useCommands(onHelp);
  if (typed === "") return <Before commands={commands} {...rest} />;
  const { run, go } = rest;
  return (
    <>
      {groups?.map((group) => (
        <MatchGroup key={group.object} group={group} go={go} />
      ))}
      {GROUPS.map((group) => {
        const met = commands.filter((each) => each.group === group && meets(each, typed));
        return <CommandGroup key={group} name={group} items={met.slice(0, OF_GROUP)} run={run} />;
      })}
    </>
  );
});

/** What the keyboard does here. */
function Keys() {
  const { t } = useTranslation();
  return (
    <footer className={css.keys} aria-hidden>
      {(["choose", "open", "close"] as const).map((name) => (
        <span key={name}>
          {KEYS[name].map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
          {t(`palette.keys.${name}`)}
        </span>
      ))}
    </footer>
  );
}

function meets(command: Command, typed: string): boolean {
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => command.words.includes(word));
}

interface BeforeProps {
  commands: Command[];
  used: string[];
  run: (command: Command) => void;
  go: (path: string) => void;
}

/** Before anything is typed: where one was, what one did last, and everything there is to do. */
function Before({ commands, used, run, go }: BeforeProps) {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const { data: recent } = useRecent();
  const icons = new Map(meta?.objects.map((object) => [object.key, object.icon]));
  const last = used.map((id) => commands.find((each) => each.id === id));
  const visits = recent?.slice(0, RECENT) ?? [];
  return (
    <>
      {visits.length > 0 && (
        <Menu.Group heading={t("shell.recent")}>
          {visits.map(({ object, id, title }) => (
            <Menu.Item key={id} value={id} onSelect={() => go(`/o/${object}/${id}`)}>
              <ObjectIcon name={icons.get(object) ?? null} />
              <span className="ell">{title || t("fields.untitled")}</span>
            </Menu.Item>
          ))}
        </Menu.Group>
      )}
      <CommandGroup name="used" items={last.filter((each) => each != null)} run={run} />
      {(["places", "actions"] as const).map((group) => {
        const rest = commands.filter((each) => each.group === group && !used.includes(each.id));
        return <CommandGroup key={group} name={group} items={rest} run={run} />;
      })}
    </>
  );
}

interface CommandsProps {
  name: "used" | (typeof GROUPS)[number];
  items: Command[];
  run: (command: Command) => void;
}

function CommandGroup({ name, items, run }: CommandsProps) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Menu.Group heading={t(`palette.groups.${name}`)}>
      {items.map((command) => (
        <Menu.Item key={command.id} value={command.id} onSelect={() => run(command)}>
          {command.icon}
          <span className="ell">{command.label}</span>
          {command.of && <small className="ell">{command.of}</small>}
        </Menu.Item>
      ))}
    </Menu.Group>
  );
}
