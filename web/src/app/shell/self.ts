/** What members choose for themselves and take along: look, language; and leaving. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useNavigate } from "react-router";

import { changeProfile } from "@/api/account";
import { signOut, useSession } from "@/api/session";
import { useSetting } from "@/api/settings";
import { changeLanguage, load } from "@/i18n";
import { chosenLanguage } from "@/lib/chosen";
import type { Language } from "@/lib/label";
import { setPreferences, usePreferences, type Preferences } from "@/ui/preferences";

export const THEMES = ["system", "light", "dark"] as const;
export const DENSITIES = ["compact", "comfortable"] as const;
export const LANGUAGES = ["zh-CN", "en"] as const;

type Look = Partial<Preferences>;
const NONE: Look = {};

/** Take over what the member chose elsewhere; until it is known, this browser's copy holds. */
export function useOwnLook(): void {
  const [look] = useSetting<Look>("look", NONE);
  const language = useSession().data?.account.language;
  useEffect(() => {
    if (THEMES.some((theme) => theme === look.theme)) setPreferences({ theme: look.theme });
    if (DENSITIES.some((each) => each === look.density)) setPreferences({ density: look.density });
  }, [look]);
  useEffect(() => {
    if (language && language !== chosenLanguage()) void changeLanguage(language);
  }, [language]);
}

export function useSelf() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const preferences = usePreferences();
  const [, keepLook] = useSetting<Look>("look", NONE);
  const { mutate: speakIn } = useMutation({
    // One after the other: the language chosen last is the one that stays.
    scope: { id: "language" },
    // The server knows first: asked who this is, it would name the old language, which is followed.
    // Without it this browser still speaks the language chosen.
    mutationFn: async (language: Language) => {
      await Promise.all([load(language), changeProfile({ language }).catch(() => undefined)]);
      await changeLanguage(language);
    },
  });

  function lookLike(changed: Look) {
    setPreferences(changed);
    keepLook({ ...preferences, ...changed });
  }

  async function leave() {
    await signOut(client).catch(() => undefined);
    await navigate("/login");
  }

  return { preferences, lookLike, speakIn, leave };
}
