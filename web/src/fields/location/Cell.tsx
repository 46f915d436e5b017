/** A place: its address, or its coordinates. */
import { MapPin } from "lucide-react";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

interface Spot {
  lng: number;
  lat: number;
  address?: string;
  accuracy?: number;
}

export default function LocationCell({ value, place }: CellProps<Spot>) {
  const at = `${value.lat.toFixed(5)}, ${value.lng.toFixed(5)}`;
  return (
    <span className={css.option} title={at}>
      <MapPin size={13} aria-hidden />
      <span className={place === "page" ? css.whole : "ell"}>{value.address || at}</span>
    </span>
  );
}
