/** What computed fields need from elsewhere, worked out by the server, by field. */
import { answered, api } from "./client";

export async function readSlots(object: string, id: string): Promise<Record<string, unknown[]>> {
  const params = { path: { object_key: object, record_id: id } };
  const path = "/api/records/{object_key}/{record_id}/slots";
  return (await answered<{ slots: Record<string, unknown[]> }>(api.GET(path, { params }))).slots;
}
