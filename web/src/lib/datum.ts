/** Satellite positions are WGS-84; Chinese maps draw in GCJ-02, some hundred metres off. */
export interface Position {
  lng: number;
  lat: number;
}

const AXIS = 6_378_245;
const ECCENTRICITY = 0.006_693_421_622_965_943;
/** About the mainland: elsewhere the two are the same. */
const BOX = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };

/** The published approximation (to about a metre). */
export function toGcj02({ lng, lat }: Position): Position {
  if (lng < BOX.west || lng > BOX.east || lat < BOX.south || lat > BOX.north) return { lng, lat };
  const [x, y] = [lng - 105, lat - 35];
  const angle = (lat / 180) * Math.PI;
  const magic = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
  const root = Math.sqrt(magic);
  const north = (offLat(x, y) * 180) / (((AXIS * (1 - ECCENTRICITY)) / (magic * root)) * Math.PI);
  const east = (offLng(x, y) * 180) / ((AXIS / root) * Math.cos(angle) * Math.PI);
  return { lng: lng + east, lat: lat + north };
}

function waves(v: number, first: number, second: number): number {
  const p = Math.PI;
  return (
    ((20 * Math.sin(v * p) + 40 * Math.sin((v / 3) * p)) * 2) / 3 +
    ((first * Math.sin((v / 12) * p) + second * Math.sin((v / 30) * p)) * 2) / 3
  );
}

function fast(x: number): number {
  return ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;
}

function offLat(x: number, y: number): number {
  const root = Math.sqrt(Math.abs(x));
  return (
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + fast(x) + waves(y, 160, 320)
  );
}

function offLng(x: number, y: number): number {
  const root = Math.sqrt(Math.abs(x));
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + fast(x) + waves(x, 150, 300);
}
