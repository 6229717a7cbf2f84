import { createBrowserRouter } from "react-router";
import { PageCrash, PageLoading } from "./page-states";
import { Shell } from "./shell";

/** Every page is a chunk of its own, loaded when somebody goes there. */
export const router = createBrowserRouter([
  {
    element: <Shell />,
    hydrateFallbackElement: <PageLoading />,
    errorElement: <PageCrash />,
    children: [
      {
        errorElement: <PageCrash />,
        children: [
          { index: true, lazy: () => import("@/routes/home") },
          { path: "events/:slug", lazy: () => import("@/routes/event") },
          { path: "checkout/:bookingId", lazy: () => import("@/routes/checkout") },
          { path: "tickets", lazy: () => import("@/routes/tickets") },
          { path: "tickets/payments", lazy: () => import("@/routes/transactions") },
          { path: "tickets/:bookingId", lazy: () => import("@/routes/ticket") },
          { path: "notifications", lazy: () => import("@/routes/notifications") },
          { path: "login", lazy: () => import("@/routes/login") },
          { path: "register", lazy: () => import("@/routes/register") },
          { path: "manage", lazy: () => import("@/routes/manage") },
          { path: "manage/payouts", lazy: () => import("@/routes/manage-payouts") },
          { path: "manage/events/new", lazy: () => import("@/routes/manage-event-new") },
          { path: "manage/events/:id", lazy: () => import("@/routes/manage-event") },
          { path: "manage/events/:id/codes", lazy: () => import("@/routes/manage-codes") },
          { path: "manage/events/:id/edit", lazy: () => import("@/routes/manage-event-edit") },
          { path: "admin/outbox", lazy: () => import("@/routes/admin-outbox") },
          { path: "explorer", lazy: () => import("@/routes/explorer"), handle: { wholeScreen: true } },
          { path: "*", lazy: () => import("@/routes/not-found") },
        ],
      },
    ],
  },
]);
