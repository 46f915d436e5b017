/** A place: its address, or its coordinates. */
import { MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

interface Spot {
  lng: number;
  lat: number;
  address?: string;
  accuracy?: number;
}

export default function LocationCell({ field, value, place }: CellProps<Spot>) {
  const { t } = useTranslation();
  const at = `${value.lat.toFixed(5)}, ${value.lng.toFixed(5)}`;
  return (
    <span className={css.option} title={at}>
      <MapPin size={13} aria-hidden />
      <span className={place === "page" ? css.whole : "ell"}>{value.address || at}</span>
      {place === "page" && (
        <a className={css.link} href={mapOf(value, field.datum)} target="_blank" rel="noreferrer">
          {t("fields.openMap")}
        </a>
      )}
    </span>
  );
}

/** An outside map, only when somebody opens it. */
function mapOf({ lng, lat, address }: Spot, datum: unknown): string {
  const coordinate = datum === "wgs84" ? "wgs84" : "gaode";
  const asked = new URLSearchParams({ position: `${lng},${lat}`, coordinate, name: address ?? "" });
  return `https://uri.amap.com/marker?${asked}`;
}
