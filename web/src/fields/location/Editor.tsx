/** A place: the device's position, and its address in words. */
import { App, Button, Input } from "antd";
import { LocateFixed, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { toGcj02 } from "@/lib/datum";
import { readPosition } from "@/lib/position";
import { IconButton } from "@/ui/IconButton";

import css from "../Editor.module.css";
import type { EditorProps } from "../protocol";

export interface Spot {
  lng: number;
  lat: number;
  accuracy?: number;
  address?: string;
}

export default function LocationEditor(props: EditorProps<Spot>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);

  async function locate() {
    setBusy(true);
    const fix = await readPosition();
    setBusy(false);
    if (!fix) return void message.warning(t("fields.noPosition"));
    const { lng, lat } = field.datum === "wgs84" ? fix : toGcj02(fix);
    const accuracy = Math.round(fix.accuracy);
    onChange({ ...value, lng: rounded(lng), lat: rounded(lat), accuracy });
  }

  return (
    <div className={css.stack}>
      <span className={css.row}>
        <Button
          id={id}
          aria-label={value ? t("fields.locateAgain") : t("fields.locate")}
          autoFocus={autoFocus}
          loading={busy}
          danger={Boolean(error)}
          icon={<LocateFixed size={14} aria-hidden />}
          onClick={() => void locate()}
        >
          {value ? t("fields.locateAgain") : t("fields.locate")}
        </Button>
        {value && (
          <>
            <span className={css.quiet}>
              {value.lat.toFixed(5)}, {value.lng.toFixed(5)}
              {value.accuracy != null && ` ±${Math.round(value.accuracy)} m`}
            </span>
            <IconButton icon={X} label={t("fields.clear")} onClick={() => onChange(null)} />
          </>
        )}
      </span>
      {value && (
        <Input
          aria-label={t("fields.address")}
          placeholder={t("fields.address")}
          maxLength={500}
          value={value.address ?? ""}
          onChange={(event) => onChange({ ...value, address: event.target.value })}
        />
      )}
    </div>
  );
}

/** Seven decimals of a degree are about a centimetre: what the server keeps. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}
