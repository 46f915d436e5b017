/** One file in the viewer, as its kind is shown; what cannot be shown is offered for download. */
import { Button } from "antd";
import { Download, FileQuestion } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { fileAddress } from "@/api/files";
import type { StoredFile } from "@/api/types";

import { Bar } from "../Skeleton";
import { kindOf, type PreviewKind } from "./kinds";
import { Picture } from "./Picture";
import css from "./Preview.module.css";

const Pdf = lazy(() => import("./pdf/Pdf"));
const Office = lazy(() => import("./office/Office"));
const Text = lazy(() => import("./Text"));

export interface ShownProps {
  file: StoredFile;
  zoom: number;
  onZoom: (zoom: number) => void;
  onSwipe: (by: number) => void;
}

/** What one kind needs; `onFailed` says why it cannot be shown. */
export interface PartProps extends ShownProps {
  onFailed: (why: string) => void;
}

export function Shown(props: ShownProps) {
  const { file } = props;
  const { t } = useTranslation();
  const [failed, setFailed] = useState<string>();
  const kind = kindOf(file);
  if (failed || kind === "other") return <Offer file={file} why={failed ?? t("preview.unknown")} />;
  return (
    <Suspense fallback={<Waiting />}>
      <Part kind={kind} {...props} onFailed={setFailed} />
    </Suspense>
  );
}

function Part({ kind, ...props }: PartProps & { kind: PreviewKind }) {
  const { t } = useTranslation();
  const { file, onFailed } = props;
  const address = fileAddress(file.id);
  const broken = () => onFailed(t("preview.broken"));
  switch (kind) {
    case "image":
      return <Picture {...props} />;
    case "pdf":
      return <Pdf {...props} />;
    case "sound":
      return <audio className={css.sound} controls autoPlay src={address} onError={broken} />;
    case "film":
      return <video className={css.film} controls src={address} onError={broken} />;
    case "text":
    case "table":
      return <Text {...props} />;
    default:
      return <Office {...props} />;
  }
}

export function Waiting() {
  return (
    <div className={css.paper} aria-busy>
      {[62, 88, 74, 80, 46].map((width) => (
        <p key={width}>
          <Bar width={`${width}%`} />
        </p>
      ))}
    </div>
  );
}

function Offer({ file, why }: { file: StoredFile; why: string }) {
  const { t } = useTranslation();
  return (
    <div className={css.offer}>
      <FileQuestion size={40} strokeWidth={1.25} aria-hidden />
      <p>{file.name}</p>
      <p className={css.quiet}>{why}</p>
      <Button href={fileAddress(file.id, true)} icon={<Download size={14} aria-hidden />}>
        {t("preview.download")}
      </Button>
    </div>
  );
}
