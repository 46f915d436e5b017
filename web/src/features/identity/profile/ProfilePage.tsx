/** The member's own page: who they are, how they sign in, where they are signed in. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { accountKey, readAccount } from "@/api/account";
import { useSession } from "@/api/session";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { Avatar } from "@/ui/Avatar";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";

import { PasswordRow } from "./PasswordRow";
import css from "./ProfilePage.module.css";
import { ProfileRows } from "./ProfileRows";
import { SessionList } from "./SessionList";
import { TwoStepRow } from "./TwoStepRow";
import { WorkspaceSection } from "./WorkspaceSection";

export default function ProfilePage() {
  const { t } = useTranslation();
  const label = useLabel();
  const language = useLanguage();
  const { data: session } = useSession();
  const { data, error, refetch } = useQuery({ queryKey: accountKey, queryFn: readAccount });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!session || !data) return <PageSkeleton />;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <Avatar name={data.name} size={44} />
        <div>
          <h1>{data.name}</h1>
          <p>
            {joined(
              session.roles.map((role) => label(role.label)),
              language,
            )}
          </p>
        </div>
      </header>
      <section>
        <h2>{t("profile.about")}</h2>
        <ul>
          <ProfileRows account={data} />
        </ul>
      </section>
      <section>
        <h2>{t("profile.signIn")}</h2>
        <ul>
          <PasswordRow />
          <TwoStepRow account={data} />
        </ul>
      </section>
      <WorkspaceSection />
      {/* Last: its length is known later than all else, and would push down what stood below. */}
      <section>
        <h2>{t("profile.sessions")}</h2>
        <SessionList />
      </section>
    </div>
  );
}
