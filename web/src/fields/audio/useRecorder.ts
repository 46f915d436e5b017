/** The microphone: how long, how loud, and the recording at the end. */
import { useEffect, useRef, useState } from "react";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/webm"];
const LONGEST_MS = 60 * 60 * 1000;

interface Running {
  recorder: MediaRecorder;
  sound: AudioContext;
  frame: number;
}

export function useRecorder(onDone: (recording: Blob) => void) {
  const running = useRef<Running>(null);
  const [state, setState] = useState<"idle" | "on" | "refused">("idle");
  const [seconds, setSeconds] = useState(0);
  const [level, setLevel] = useState(0);

  function release() {
    const { current } = running;
    if (!current) return;
    cancelAnimationFrame(current.frame);
    current.recorder.stream.getTracks().forEach((track) => track.stop());
    void current.sound.close();
    running.current = null;
  }
  useEffect(() => release, []);

  async function start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
      const recorder = new MediaRecorder(stream, { mimeType });
      const parts: Blob[] = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = () => {
        release();
        setState("idle");
        onDone(new Blob(parts, { type: recorder.mimeType }));
      };
      running.current = { recorder, sound: new AudioContext(), frame: 0 };
      recorder.start(1000);
      setState("on");
      setSeconds(0);
      watch(stream);
    } catch {
      release();
      setState("refused");
    }
  }

  function watch(stream: MediaStream) {
    const { sound } = running.current!;
    const began = performance.now();
    const ear = sound.createAnalyser();
    ear.fftSize = 256;
    sound.createMediaStreamSource(stream).connect(ear);
    const wave = new Uint8Array(ear.frequencyBinCount);
    function look() {
      if (!running.current) return;
      ear.getByteTimeDomainData(wave);
      setLevel(Math.max(...wave.map((each) => Math.abs(each - 128))) / 128);
      setSeconds(Math.floor((performance.now() - began) / 1000));
      if (performance.now() - began > LONGEST_MS) return running.current.recorder.stop();
      running.current.frame = requestAnimationFrame(look);
    }
    look();
  }

  return { state, seconds, level, start, stop: () => running.current?.recorder.stop() };
}
