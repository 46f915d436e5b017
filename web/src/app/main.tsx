/** Where the web app begins: words first, then the page. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";

import { queries } from "@/api/query";
import { startWords } from "@/i18n";
import { Theme } from "@/ui/Theme";
import "@/ui/base.css";
import { watchKeyboard } from "@/ui/keyboard";
import { watchTextScale } from "@/ui/textScale";

import { askEarly } from "./early";
import { router } from "./router";
import { keepForOffline } from "./updates";

watchKeyboard();
watchTextScale();
void Promise.all([startWords(), askEarly()]).then(render);
window.addEventListener("load", () => void keepForOffline());

function render() {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Theme>
          <RouterProvider router={router} />
        </Theme>
      </QueryClientProvider>
    </StrictMode>,
  );
}
