/** The member's own page: who they are, where they are signed in. */
import { useTranslation } from "react-i18next";

import { useSession } from "@/api/session";
import { useLabel } from "@/i18n/useLabel";
import { Avatar } from "@/ui/Avatar";

import css from "./ProfilePage.module.css";
import { SessionList } from "./SessionList";

export default function ProfilePage() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const label = useLabel();
  if (!session) return null;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <Avatar name={session.member.name} size={44} />
        <div>
          <h1>{session.member.name}</h1>
          <p>
            {session.account.login} · {session.roles.map((role) => label(role.label)).join("、")}
          </p>
        </div>
      </header>
      <section>
        <h2>{t("profile.sessions")}</h2>
        <SessionList />
      </section>
    </div>
  );
}
