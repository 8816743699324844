// Every page of the center, in one list. A page is loaded when somebody goes there.
import type { Route } from "./router.svelte";

export const routes: Route[] = [
  { pattern: "/", load: () => import("../features/home/HomePage.svelte") },

  { pattern: "/sign-in", load: () => import("../features/people/SignInPage.svelte") },
  { pattern: "/sign-up", load: () => import("../features/people/SignUpPage.svelte") },
  { pattern: "/reset-password", load: () => import("../features/people/ResetPage.svelte") },
  { pattern: "/people", load: () => import("../features/people/PeoplePage.svelte") },
  { pattern: "/people/:handle", load: () => import("../features/people/PersonPage.svelte") },
  { pattern: "/me", load: () => import("../features/people/MePage.svelte") },
  { pattern: "/me/:tab", load: () => import("../features/people/MePage.svelte") },
  { pattern: "/notifications", load: () => import("../features/agora/NotificationsPage.svelte") },

  { pattern: "/events", load: () => import("../features/events/EventsPage.svelte") },
  { pattern: "/events/new", load: () => import("../features/events/NewEventPage.svelte") },
  { pattern: "/events/:event", load: () => import("../features/events/EventPage.svelte") },
  { pattern: "/events/:event/:tab", load: () => import("../features/events/EventPage.svelte") },
  { pattern: "/submissions/:submission", load: () => import("../features/submissions/SubmissionPage.svelte") },

  { pattern: "/environments", load: () => import("../features/compute/EnvironmentsPage.svelte") },
  { pattern: "/environments/new", load: () => import("../features/compute/NewEnvironmentPage.svelte") },
  { pattern: "/environments/:environment", load: () => import("../features/compute/EnvironmentPage.svelte") },

  { pattern: "/admin", load: () => import("../features/people/AdminPage.svelte") },
  { pattern: "/admin/:tab", load: () => import("../features/people/AdminPage.svelte") },

  { pattern: "/docs", load: () => import("../features/docs/DocsPage.svelte") },
  { pattern: "/docs/:page", load: () => import("../features/docs/DocsPage.svelte") },
  { pattern: "/design", load: () => import("../design/DesignPage.svelte") },
];
