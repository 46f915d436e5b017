/** The frame around every page: navigation, top bar, notices; nobody signed in goes to log in. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation, useNavigate } from "react-router";

import { Unreachable } from "@/api/problem";
import { useSession } from "@/api/session";
import { listen } from "@/api/stream";
import { Failure } from "@/ui/Failure";
import { later } from "@/ui/later";
import { PreviewHost } from "@/ui/preview/PreviewHost";
import { useNarrow } from "@/ui/useMedia";

import { Peek } from "../peek/Peek";
import { PaletteSlot, PanelSlot } from "../slots";
import { AskBeforeLeaving } from "@/ui/unfinished";
import { useShortcut } from "@/ui/shortcuts";
import { BottomBar } from "./BottomBar";
import { Notices } from "./Notices";
import css from "./Shell.module.css";
import { useOwnLook } from "./self";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";
import { Unreached } from "./Unreached";

const ShortcutOverlay = later(() => import("./ShortcutOverlay"));

export function Shell() {
  const { data: session, error, failureReason, fetchStatus, refetch } = useSession();
  const { pathname, search } = useLocation();
  const again = useCallback(() => void refetch(), [refetch]);
  // Who is known to be signed in stays on the page: a check that fails must not take away what is typed.
  const cut = failureReason instanceof Unreachable && !navigator.onLine;
  const silent = cut || fetchStatus === "paused" || error instanceof Unreachable;
  if (session === undefined) {
    if (silent) return <Unreached onRetry={again} />;
    return error ? <Failure error={error} onRetry={again} /> : null;
  }
  if (session === null) {
    const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/login${next}`} replace />;
  }
  return <Frame self={`${session.workspace.id} ${session.member.id}`} />;
}

/** What stands on the page belongs to whom it was read for: for anybody else it begins anew. */
function useSameSelf(self: string): boolean {
  const [begun] = useState(self);
  const same = begun === self;
  useEffect(() => {
    if (!same) window.location.assign("/");
  }, [same]);
  return same;
}

function Frame({ self }: { self: string }) {
  const same = useSameSelf(self);
  const narrow = useNarrow();
  const navigate = useNavigate();
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useHints();
  useOwnLook();
  useShortcut("palette", () => setSearching(true));
  useShortcut("search", () => setSearching(true));
  useShortcut("help", () => setHelping(true));
  useShortcut("home", () => navigate("/"));
  if (!same) return null;
  return (
    <div className={css.frame}>
      {!narrow && <Sidebar />}
      <div className={css.main}>
        <Notices />
        <TopBar onSearch={() => setSearching(true)} onHelp={() => setHelping(true)} />
        <main className={css.page}>
          <Outlet />
        </main>
        {narrow && <BottomBar onSearch={() => setSearching(true)} />}
      </div>
      <Peek />
      <PanelSlot />
      {searching && (
        <PaletteSlot onClose={() => setSearching(false)} onHelp={() => setHelping(true)} />
      )}
      <PreviewHost />
      <AskBeforeLeaving />
      {helping && <ShortcutOverlay onClose={() => setHelping(false)} />}
    </div>
  );
}

function useHints() {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
}
