/** Where messages and questions are drawn, once there is one: `told`. */
import { useEffect, useState } from "react";

import { later } from "./later";
import { whenTold } from "./told";

export const ToldPart = later(() => import("./ToldPart"));

export function Told() {
  const [used, setUsed] = useState(false);
  useEffect(() => {
    whenTold(async () => {
      await ToldPart.fetch();
      setUsed(true);
    });
  }, []);
  return used ? <ToldPart /> : null;
}
