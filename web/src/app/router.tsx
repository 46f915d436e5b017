/** Addresses to pages. What a page shows is in its address: it can be sent to a colleague. */
import { createBrowserRouter, redirectDocument } from "react-router";

import { later } from "@/ui/later";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { ErrorPage } from "./ErrorPage";
import { PAGES } from "./pages";
import { Shell } from "./shell/Shell";

const LoginPage = later(() => import("@/features/identity/login/LoginPage"), PageSkeleton);

/** The registered pages with the component that fetches their code. */
export const pages = PAGES.map((entry) => ({
  ...entry,
  Page: later(entry.load, PageSkeleton, entry.bare),
}));

const errorElement = <ErrorPage />;

export const router = createBrowserRouter([
  { path: "/login", element: <LoginPage />, errorElement },
  // The sidebar is another page of the server.
  { path: "/side/*", loader: ({ request }) => redirectDocument(request.url) },
  {
    element: <Shell />,
    errorElement,
    children: [
      ...pages.map(({ path, Page }) => ({ path, element: <Page />, errorElement })),
      { path: "*", element: <NothingHere /> },
    ],
  },
]);
