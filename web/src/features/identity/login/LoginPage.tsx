/** Log in: name and password, then the second step where one is set up. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useSearchParams } from "react-router";

import { isProblem } from "@/api/problem";
import { signIn, useSession } from "@/api/session";
import { changeLanguage } from "@/i18n";
import { useLanguage } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import css from "./LoginPage.module.css";

/** Codes by which the server asks for the second step. */
const SECOND_STEP = ["totp.required", "totp.wrong"];

export default function LoginPage() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [params] = useSearchParams();
  const next = safePath(params.get("next"));
  if (session) return <Navigate to={next} replace />;
  return (
    <main className={css.page}>
      <div className={css.card}>
        <header>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <h1>{t("login.title")}</h1>
          <p>{t("login.lead")}</p>
        </header>
        <LoginForm next={next} />
      </div>
      <LanguageSwitch />
    </main>
  );
}

function LoginForm({ next }: { next: string }) {
  const { t } = useTranslation();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const failureText = useFailureText();
  const { mutate, isPending, error, second } = useSignIn(next);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // What is left blank is gone to, not sent.
    const blank = Array.from(event.currentTarget.querySelectorAll("input")).find(
      (each) => !each.value.trim(),
    );
    if (blank) return blank.focus();
    mutate({ login: login.trim(), password, ...(code && { totp: code.replaceAll(" ", "") }) });
  }

  // Asked for the first time it is no mistake, so nothing red.
  const asked = isProblem(error, "totp.required") && !code;
  return (
    <form onSubmit={submit} className={css.form}>
      {second ? (
        <label>
          {t("login.code")}
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            maxLength={24}
            size="large"
            autoFocus
          />
          <span className={css.hint}>{t("login.codeHint")}</span>
        </label>
      ) : (
        <>
          <label>
            {t("login.login")}
            <Input
              value={login}
              onChange={(event) => setLogin(event.target.value)}
              autoComplete="username"
              size="large"
              autoFocus
            />
          </label>
          <label>
            {t("login.password")}
            <Input.Password
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              autoComplete="current-password"
              size="large"
            />
          </label>
        </>
      )}
      <p role="alert" className={css.error}>
        {error && !asked ? failureText(error) : ""}
      </p>
      <Button type="primary" htmlType="submit" size="large" block loading={isPending}>
        {t("login.submit")}
      </Button>
    </form>
  );
}

function useSignIn(next: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [second, setSecond] = useState(false);
  const mutation = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      client.clear();
      await navigate(next, { replace: true });
    },
    onError: (error) => {
      if (isProblem(error)) setSecond(SECOND_STEP.includes(error.code));
    },
  });
  return { ...mutation, second };
}

function LanguageSwitch() {
  const language = useLanguage();
  const other = language === "en" ? "zh-CN" : "en";
  return (
    <button type="button" className={css.language} onClick={() => void changeLanguage(other)}>
      {other === "en" ? "English" : "中文"}
    </button>
  );
}

/** Only addresses of this site: `next` comes from the address, which anyone may write. */
function safePath(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}
