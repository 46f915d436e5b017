/** Where this device is, asked of the browser once. */
export interface Fix {
  lng: number;
  lat: number;
  /** Metres. */
  accuracy: number;
}

const PATIENCE_MS = 10_000;

/** The position in WGS-84; null when it is refused, unknown or takes too long. */
export function readPosition(patience: number = PATIENCE_MS): Promise<Fix | null> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) return resolve(null);
    const late = setTimeout(() => resolve(null), patience + 500);
    const done = (fix: Fix | null) => {
      clearTimeout(late);
      resolve(fix);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        done({ lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      () => done(null),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 30_000 },
    );
  });
}
