/** Every page inside the shell, one line each; its code is loaded when it is first visited. */
import type { ComponentType } from "react";

export type Params = Readonly<Record<string, string>>;

interface Loaded {
  default: ComponentType;
  /** Asks for what the page is drawn from, where it is known before it is drawn. */
  prepare?: (params: Params) => Promise<void>;
}

export interface PageEntry {
  /** Name of the page, stable: of its screenshots in the tour, of tests. */
  key: string;
  path: string;
  load: () => Promise<Loaded>;
  /** Made without antd and of the first words: nothing else is waited for. */
  bare?: boolean;
  /** What it asks the server for first, as addresses: asked before its code is here. */
  asks?: (params: Params) => string[];
  /** Key of its name, for pages that the palette opens. */
  title?: string;
  /** The right without which the palette does not name it. */
  right?: string;
  /** Addresses `make tour` photographs; `{first}` is the id of the object's first record. */
  tour: string[];
}

export const PAGES: PageEntry[] = [
  {
    key: "home",
    path: "/",
    load: () => import("@/app/home/HomePage"),
    bare: true,
    title: "shell.home",
    tour: ["/"],
  },
  {
    key: "list",
    path: "/o/:object",
    load: () => import("@/features/views/list/ListPage"),
    bare: true,
    asks: ({ object }) => [`/api/views?object=${object}`],
    tour: [
      "/o/opportunity",
      "/o/account",
      "/o/lead",
      "/o/opportunity?view=opportunity_this_month",
      "/o/opportunity?view=opportunity_all&peek={first}",
      "/o/activity?view=activity_calendar",
      "/o/activity?view=activity_photos",
      "/o/account?view=account_tree",
      "/o/account?type=region",
      "/o/contact",
      "/o/product",
      "/o/task",
      "/o/task?view=task_calendar",
    ],
  },
  {
    key: "new-record",
    path: "/o/:object/new",
    load: () => import("@/features/records/panel/NewRecordPage"),
    tour: ["/o/opportunity/new"],
  },
  {
    key: "trash",
    path: "/o/:object/trash",
    load: () => import("@/features/records/tools/TrashPage"),
    tour: ["/o/account/trash"],
  },
  {
    key: "record",
    path: "/o/:object/:id",
    load: () => import("@/features/records/page/RecordPage"),
    tour: [
      "/o/opportunity/{first}",
      "/o/opportunity/{first}?edit",
      "/o/account/{first}",
      "/o/lead/{first}",
      "/o/contact/{first}",
      "/o/activity/{first}",
      "/o/task/{first}",
      "/o/product/{first}",
    ],
  },
  {
    key: "import-new",
    path: "/import/:object",
    load: () => import("@/features/transfer/NewImportPage"),
    tour: ["/import/account"],
  },
  {
    key: "imports",
    path: "/imports",
    load: () => import("@/features/transfer/ImportsPage"),
    tour: ["/imports"],
  },
  {
    key: "import",
    path: "/imports/:id",
    load: () => import("@/features/transfer/ImportPage"),
    tour: [
      "/imports/{draft}?step=file",
      "/imports/{draft}?step=map",
      "/imports/{draft}?step=preview",
    ],
  },
  {
    key: "profile",
    path: "/me",
    load: () => import("@/features/identity/profile/ProfilePage"),
    title: "shell.profile",
    tour: ["/me"],
  },
  {
    key: "apps",
    path: "/apps",
    load: () => import("@/features/apps/AppsPage"),
    title: "apps.title",
    right: "bundles.install",
    tour: ["/apps"],
  },
  {
    key: "members",
    path: "/members",
    load: () => import("@/features/identity/members/MembersPage"),
    title: "members.title",
    right: "members.manage",
    tour: ["/members"],
  },
  {
    key: "fields",
    path: "/about/fields",
    load: () => import("@/features/fields/GalleryPage"),
    tour: ["/about/fields"],
  },
];

/** The page of an address, and what stands for its `:names`. */
export function pageAt(pathname: string): { page?: PageEntry; params: Params } {
  for (const page of PAGES) {
    const pattern = page.path.replace(/:(\w+)/g, "(?<$1>[^/]+)");
    const found = new RegExp(`^${pattern}/?$`).exec(pathname);
    if (found) return { page, params: { ...found.groups } };
  }
  return { params: {} };
}
