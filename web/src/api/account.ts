/** The caller's own account: name and reach, password, two-step sign-in. */
import type { Language } from "@/lib/label";

import { answered, api } from "./client";

export interface Account {
  id: string;
  login: string;
  language: Language | null;
  name: string;
  email: string | null;
  phone: string | null;
  totp: boolean;
  /** Recovery codes not used yet. */
  recovery_codes: number;
}

export type Profile = Partial<Pick<Account, "name" | "email" | "phone" | "language">>;

export const accountKey = ["account"] as const;

export function readAccount(): Promise<Account> {
  return answered<Account>(api.GET("/api/accounts/me"));
}

export async function changeProfile(profile: Profile): Promise<void> {
  await answered(api.PATCH("/api/accounts/me", { body: profile }));
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await answered(api.POST("/api/auth/password", { body: { old, new: fresh } } as never));
}

/** A secret for an authenticator, and the same as the address a QR code holds. */
export function enrolTotp(): Promise<{ secret: string; uri: string }> {
  return answered(api.POST("/api/auth/totp"));
}

interface Codes {
  recovery_codes: string[];
}

/** Turn two-step sign-in on; its recovery codes are told this once. */
export function confirmTotp(code: string): Promise<Codes> {
  return answered<Codes>(api.POST("/api/auth/totp/confirm", { body: { code } }));
}

export function renewCodes(password: string): Promise<Codes> {
  return answered<Codes>(api.POST("/api/auth/recovery-codes", { body: { password } }));
}

export async function removeTotp(password: string): Promise<void> {
  await answered(api.DELETE("/api/auth/totp", { body: { password } } as never));
}
