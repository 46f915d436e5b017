/** Where previews are drawn; their code comes with the first one. */
import { lazy, Suspense } from "react";

import { usePreview } from "./store";

const Viewer = lazy(() => import("./Viewer"));

export function PreviewHost() {
  const looked = usePreview();
  if (!looked) return null;
  return (
    <Suspense fallback={null}>
      <Viewer {...looked} />
    </Suspense>
  );
}
