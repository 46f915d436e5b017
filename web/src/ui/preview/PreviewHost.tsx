/** Where previews are drawn; their code comes with the first one. */
import { later } from "../later";

import { usePreview } from "./store";

const Viewer = later(() => import("./Viewer"));

export function PreviewHost() {
  const looked = usePreview();
  return looked && <Viewer {...looked} />;
}
