/** Reads QR codes from the camera, frame by frame, until one is found. */
import jsqr from "jsqr";
import { useEffect, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { CameraDialog } from "../CameraDialog";

const PAUSE_MS = 120;
const LONGEST_SIDE = 800;

interface Props {
  onFound: (text: string) => void;
  onClose: () => void;
}

export default function Scanner({ onFound, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <CameraDialog title={t("fields.scan")} onClose={onClose} aim>
      {(video, on) => on && <Reading video={video} onFound={onFound} />}
    </CameraDialog>
  );
}

interface ReadingProps {
  video: RefObject<HTMLVideoElement | null>;
  onFound: (text: string) => void;
}

function Reading({ video, onFound }: ReadingProps) {
  useEffect(() => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true })!;
    const timer = setInterval(() => {
      const seen = video.current;
      if (!seen?.videoWidth) return;
      const scale = Math.min(1, LONGEST_SIDE / Math.max(seen.videoWidth, seen.videoHeight));
      canvas.width = seen.videoWidth * scale;
      canvas.height = seen.videoHeight * scale;
      pen.drawImage(seen, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const found = jsqr(data, width, height)?.data;
      if (found) onFound(found);
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [video, onFound]);
  return null;
}
