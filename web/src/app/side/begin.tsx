/** The sidebar begins: a narrow page beside a chat, without the parts the whole app needs. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";

import { metaQuery } from "@/api/catalogue";
import { speak } from "@/api/client";
import { queries } from "@/api/query";
import { sessionQuery } from "@/api/session";
import { settingsQuery } from "@/api/settings";
import { startWords } from "@/i18n";
import { chosenLanguage } from "@/lib/chosen";
import "@/ui/base.css";

import { CardPage } from "./CardPage";
import { FindPage } from "./FindPage";
import { Frame } from "./Frame";

// Under the addresses of the whole app, so that every link of a value leads to its card here.
const router = createBrowserRouter(
  [
    {
      element: <Frame />,
      children: [
        { path: "/o/:object/:id", element: <CardPage /> },
        { path: "*", element: <FindPage /> },
      ],
    },
  ],
  { basename: "/side" },
);

/** Draw it; what it asks for is on its way already (`main.ts`). */
export async function begin(): Promise<void> {
  speak(chosenLanguage());
  void queries.prefetchQuery(sessionQuery);
  void queries.prefetchQuery(metaQuery);
  void queries.prefetchQuery(settingsQuery);
  await startWords();
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
