/** The shift between the two datums, beside known pairs. */
import { expect, test } from "vitest";

import { toGcj02 } from "./datum";

// Beijing: the pair every converter is shown with.
test("a place in Beijing moves some hundred metres", () => {
  const { lng, lat } = toGcj02({ lng: 116.404, lat: 39.915 });
  expect(lng).toBeCloseTo(116.41024449916938, 6);
  expect(lat).toBeCloseTo(39.91640428150164, 6);
});

test("a place abroad stays", () => {
  expect(toGcj02({ lng: -0.1276, lat: 51.5072 })).toEqual({ lng: -0.1276, lat: 51.5072 });
});
