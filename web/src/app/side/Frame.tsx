/** The frame of the sidebar: nobody signed in goes to log in and comes back; hints keep it fresh. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Outlet, useLocation } from "react-router";

import { useSession } from "@/api/session";
import { listen } from "@/api/stream";
import { PreviewHost } from "@/ui/preview/PreviewHost";
import { useColours } from "@/ui/useColours";

import { useOwnLook } from "../shell/self";
import css from "./Side.module.css";
import { Trouble } from "./Trouble";

export function Frame() {
  useColours();
  const { data: session, error, refetch } = useSession();
  const { pathname, search } = useLocation();
  const stranger = session === null;
  useEffect(() => {
    // The way back is to this page, not to one of the app that asks for the password.
    const next = encodeURIComponent(`/side${pathname}${search}`);
    if (stranger) window.location.replace(`/login?next=${next}`);
  }, [stranger, pathname, search]);
  return (
    <main className={css.page}>
      {session ? <Inside /> : error && <Trouble error={error} onRetry={() => void refetch()} />}
    </main>
  );
}

function Inside() {
  const client = useQueryClient();
  useOwnLook();
  useEffect(() => listen(client), [client]);
  return (
    <>
      <Outlet />
      <PreviewHost />
    </>
  );
}
