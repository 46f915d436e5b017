/** Find who one talks to: by name, pinyin or a few digits; before that, who was looked at lately. */
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import { useRecent } from "@/api/recent";
import { readMatches, useMatchGroup, type MatchGroup } from "@/api/search";
import { usePlural } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";
import { Bar } from "@/ui/Skeleton";
import { useSettled } from "@/ui/useSettled";

import { MatchText } from "../MatchText";
import css from "./Side.module.css";
import { Trouble } from "./Trouble";

const TYPING_MS = 120;
const RECENT = 12;

export function FindPage() {
  const { t } = useTranslation();
  // In the address: a chat's own button may open `/side?q=13812345678`.
  const [params, setParams] = useSearchParams();
  const text = params.get("q") ?? "";
  const typed = text.trim();
  const asked = useSettled(typed, TYPING_MS);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => readMatches(asked, signal),
    enabled: asked !== "" && typed !== "",
    placeholderData: (previous) => previous,
  });
  const waiting = typed !== asked || isFetching;
  const none = data?.groups.length === 0 && !waiting;
  return (
    <>
      <h1 className="sr">{t("side.title")}</h1>
      <label className={css.ask}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <input
          type="search"
          value={text}
          placeholder={t("palette.hint")}
          aria-label={t("palette.label")}
          autoComplete="off"
          enterKeyHint="search"
          autoFocus
          onChange={({ target }) =>
            setParams(target.value ? { q: target.value } : {}, { replace: true })
          }
        />
      </label>
      {typed === "" ? (
        <Recent />
      ) : (
        <div aria-busy={waiting}>
          {error && <Trouble error={error} onRetry={() => void refetch()} />}
          {!data && !error && <Waiting />}
          {none && <p className={css.quiet}>{t("palette.nothing")}</p>}
          {data?.groups.map((group) => (
            <Group key={group.object} group={group} />
          ))}
        </div>
      )}
    </>
  );
}

function Recent() {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const { data, isPending, error, refetch } = useRecent();
  const icons = new Map(meta?.objects.map(({ key, icon }) => [key, icon]));
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  if (data.length === 0) return <p className={css.quiet}>{t("side.empty")}</p>;
  return (
    <section>
      <h2 className={css.heading}>{t("shell.recent")}</h2>
      <ul>
        {data.slice(0, RECENT).map(({ object, id, title }) => (
          <Found key={id} to={`/o/${object}/${id}`} icon={icons.get(object) ?? null}>
            <span className="ell">{title || t("fields.untitled")}</span>
          </Found>
        ))}
      </ul>
    </section>
  );
}

function Group({ group }: { group: MatchGroup }) {
  const label = usePlural();
  const { icon, belonging } = useMatchGroup(group);
  return (
    <section>
      <h2 className={css.heading}>{label(group.label)}</h2>
      <ul>
        {group.items.map((item) => (
          <Found key={item.id} to={`/o/${item.object}/${item.id}`} icon={icon}>
            <span className={css.met}>
              <MatchText item={item} belonging={belonging.get(item.id)} />
            </span>
          </Found>
        ))}
      </ul>
    </section>
  );
}

function Found({ to, icon, children }: { to: string; icon: string | null; children: ReactNode }) {
  return (
    <li>
      <Link to={to} className={css.found}>
        <ObjectIcon name={icon} />
        {children}
      </Link>
    </li>
  );
}

function Waiting() {
  return (
    <div className={css.waiting} aria-busy="true">
      {[70, 52, 64, 46].map((width) => (
        <Bar key={width} width={`${width}%`} />
      ))}
    </div>
  );
}
