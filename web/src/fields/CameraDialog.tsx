/** The camera in a dialog; what is done with its picture is the caller's. */
import { Modal } from "antd";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";

import css from "./Camera.module.css";
import { useCamera } from "./useCamera";

interface Props {
  title: string;
  onClose: () => void;
  /** A frame to aim with. */
  aim?: boolean;
  children: (video: RefObject<HTMLVideoElement | null>, on: boolean) => ReactNode;
}

export function CameraDialog({ title, onClose, aim, children }: Props) {
  return (
    <Modal open title={title} footer={null} onCancel={onClose} destroyOnHidden width={640}>
      <View aim={aim}>{children}</View>
    </Modal>
  );
}

function View({ aim, children }: Pick<Props, "aim" | "children">) {
  const { t } = useTranslation();
  const { video, state } = useCamera();
  return (
    <>
      <div className={css.view}>
        <video ref={video} playsInline muted aria-label={t("fields.cameraView")} />
        {aim && state === "on" && <span className={css.aim} aria-hidden />}
        {state !== "on" && (
          <span className={css.said} role="status">
            {state === "asking" ? t("fields.cameraAsking") : t("fields.cameraRefused")}
          </span>
        )}
      </div>
      {children(video, state === "on")}
    </>
  );
}
