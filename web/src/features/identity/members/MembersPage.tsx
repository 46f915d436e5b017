/** The members: who they are, as what, whether they sign in; more are added here. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { memberKeys, readMembers, type Member } from "@/api/members";
import { useSession } from "@/api/session";
import { Failure } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { SearchInput } from "@/ui/SearchInput";
import { PageSkeleton } from "@/ui/Skeleton";

import { MemberDialog } from "./MemberDialog";
import { MemberRow } from "./MemberRow";
import css from "./Members.module.css";

export default function MembersPage() {
  const { data: session } = useSession();
  if (!session) return <PageSkeleton />;
  if (!session.rights.includes("members.manage")) return <NothingHere />;
  return <Members imports={session.rights.includes("data.import")} />;
}

/** What is open: a new member, or one who shall sign in (anew). */
type Asked = "new" | Member;

function Members({ imports }: { imports: boolean }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<Asked>();
  const q = useDeferredValue(typed.trim());
  const pages = useInfiniteQuery({
    queryKey: memberKeys.list(q),
    queryFn: ({ pageParam }) => readMembers(q, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <PageSkeleton />;
  const members = pages.data.pages.flatMap(({ items }) => items);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t("members.title")}</h1>
        <SearchInput
          label={t("members.find")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {imports && (
          <Link to="/import/member">
            <Button tabIndex={-1}>{t("members.import")}</Button>
          </Link>
        )}
        <Button type="primary" onClick={() => setAsked("new")}>
          {t("members.add")}
        </Button>
      </header>
      {members.length === 0 && <p className={css.quiet}>{t("members.none")}</p>}
      <ul aria-label={t("members.title")}>
        {members.map((member) => (
          <MemberRow key={member.id} member={member} onLogin={() => setAsked(member)} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {t("members.more")}
        </Button>
      )}
      {asked && (
        <MemberDialog
          member={asked === "new" ? undefined : asked}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
