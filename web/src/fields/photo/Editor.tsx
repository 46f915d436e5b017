/** Photos taken on the spot: by the phone's camera, or by the computer's in a dialog. */
import { App, Button } from "antd";
import { Camera } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { serverTime } from "@/api/files";
import { useSession } from "@/api/session";
import type { StoredFile } from "@/api/types";
import { exactInstant } from "@/lib/format/dates";
import { readPosition } from "@/lib/position";

import { CameraDialog } from "../CameraDialog";
import { FilesEditor, type Add } from "../FilesEditor";
import type { EditorProps } from "../protocol";
import { useMade } from "../uploads";
import { hasCamera } from "../useCamera";
import { stamped } from "./stamp";

const POSITION_MS = 6_000;
const byHand = () => window.matchMedia("(pointer: coarse)").matches || !hasCamera();

export default function PhotoEditor(props: EditorProps<StoredFile[]>) {
  const { field, autoFocus, id } = props;
  const { t } = useTranslation();
  return (
    <FilesEditor
      {...props}
      choosing={field.gallery === true}
      label={t("fields.fromGallery")}
      making={(add) => (
        <Taking add={add} watermark={field.watermark !== false} id={id} autoFocus={autoFocus} />
      )}
    />
  );
}

interface Props {
  add: Add;
  watermark: boolean;
  id?: string;
  autoFocus?: boolean;
}

function Taking({ add, watermark, id, autoFocus }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const lines = useStamp();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useMade(busy, t("fields.takePhoto"));

  async function keep(picture: Blob | HTMLVideoElement) {
    setBusy(true);
    try {
      // The moment is the picture's: drawn first, then asked where it was.
      const still = await stamped(picture, []);
      add(watermark ? await stamped(still, await lines()) : still, `${fileTime()}.jpg`);
    } catch {
      void message.error(t("fields.noPicture"));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button
        id={id}
        aria-label={t("fields.takePhoto")}
        autoFocus={autoFocus}
        loading={busy}
        icon={<Camera size={14} aria-hidden />}
        onClick={() => (byHand() ? input.current?.click() : setOpen(true))}
      >
        {t("fields.takePhoto")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        onChange={(event) => {
          const [file] = Array.from(event.target.files ?? []);
          event.target.value = "";
          if (file) void keep(file);
        }}
      />
      {open && (
        <CameraDialog title={t("fields.takePhoto")} onClose={() => setOpen(false)}>
          {(video, on) => (
            <Button
              type="primary"
              block
              style={{ marginTop: 12 }}
              disabled={!on}
              onClick={() => {
                void keep(video.current!);
                setOpen(false);
              }}
            >
              {t("fields.shoot")}
            </Button>
          )}
        </CameraDialog>
      )}
    </>
  );
}

/** What is stamped: the server's time, the position, who took it. */
function useStamp() {
  const { t } = useTranslation();
  const name = useSession().data?.member.name;
  return async (): Promise<string[]> => {
    const [{ at, sure }, fix] = await Promise.all([serverTime(), readPosition(POSITION_MS)]);
    const time = exactInstant(at.toISOString());
    const place = fix
      ? `${fix.lat.toFixed(6)}, ${fix.lng.toFixed(6)} (±${Math.round(fix.accuracy)} m)`
      : t("fields.placeUnknown");
    return [
      sure ? time : t("fields.phoneTime", { time }),
      [place, name].filter(Boolean).join("  "),
    ];
  };
}

function fileTime(): string {
  return `photo-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}`;
}
