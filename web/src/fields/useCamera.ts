/** The camera as a stream for a `<video>`, let go when nothing shows it any more. */
import { useEffect, useRef, useState } from "react";

export type CameraState = "asking" | "on" | "refused";

export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>("asking");
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    async function open() {
      try {
        const wish = { facingMode: "environment", width: { ideal: 1920 } };
        stream = await navigator.mediaDevices.getUserMedia({ video: wish });
        if (gone) return stream.getTracks().forEach((track) => track.stop());
        if (video.current) {
          video.current.srcObject = stream;
          await video.current.play();
        }
        setState("on");
      } catch {
        if (!gone) setState("refused");
      }
    }
    void open();
    return () => {
      gone = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return { video, state };
}

/** Whether this browser lets a page use a camera here (secure addresses only). */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}
