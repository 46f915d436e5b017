/** Addresses to pages. What a page shows is in its address: it can be sent to a colleague. */
import { lazy, Suspense, type ReactNode } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";

import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { ErrorPage } from "./ErrorPage";
import { PAGES, type PageEntry } from "./pages";
import { Shell } from "./shell/Shell";

const LoginPage = lazy(() => import("@/features/identity/login/LoginPage"));

export const router = createBrowserRouter([
  { path: "/login", element: waiting(<LoginPage />), errorElement: <ErrorPage /> },
  {
    element: <Shell />,
    errorElement: <ErrorPage />,
    children: [...PAGES.map(routeOf), { path: "*", element: <NothingHere /> }],
  },
]);

function routeOf({ path, load }: PageEntry): RouteObject {
  const Page = lazy(load);
  return { path, element: waiting(<Page />), errorElement: <ErrorPage /> };
}

function waiting(page: ReactNode) {
  return <Suspense fallback={<PageSkeleton />}>{page}</Suspense>;
}
