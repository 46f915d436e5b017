/** The records the member looked at lately. */
import { answered, api } from "./client";

export async function rememberRecent(object: string, id: string): Promise<void> {
  await answered(api.POST("/api/me/recent", { body: { object, id } } as never));
}
