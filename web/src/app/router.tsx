/** Addresses to pages. What a page shows is in its address: it can be sent to a colleague. */
import { lazy, Suspense, type ReactNode } from "react";
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";

import { navigable, useMeta } from "@/api/catalogue";
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
    children: [
      { index: true, element: <Home /> },
      ...PAGES.map(routeOf),
      { path: "*", element: <NothingHere /> },
    ],
  },
]);

function routeOf({ path, load }: PageEntry): RouteObject {
  const Page = lazy(load);
  return { path, element: waiting(<Page />), errorElement: <ErrorPage /> };
}

function waiting(page: ReactNode) {
  return <Suspense fallback={<PageSkeleton />}>{page}</Suspense>;
}

/** Until there is a workbench, home is the first list. */
function Home() {
  const { data } = useMeta();
  const first = navigable(data)[0];
  if (!data) return <PageSkeleton />;
  return first ? <Navigate to={`/o/${first.key}`} replace /> : <NothingHere />;
}
