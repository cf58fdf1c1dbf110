import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiProblem } from './api/problem.ts'
import { sessionQuery } from './api/session.ts'
import { readLogSearch } from './log/log-search.ts'
import { parseSearch, stringifySearch } from './search.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { RouteError, SettingsError } from './shell/route-error.tsx'
import { Shell } from './shell/shell.tsx'
import { readSignInSearch } from './sign-in/sign-in-search.ts'
import { readCreatedSearch } from './webhooks/create/created-search.ts'
import { readListSearch } from './webhooks/list/list-search.ts'

interface RouterContext {
  readonly queries: QueryClient
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/integrations/webhooks', replace: true })
  },
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Everything for which one has to be signed in. */
const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: Shell,
  errorComponent: SettingsError,
  beforeLoad: async ({ context: { queries }, location, matches }) => {
    preloadComponents(matches.map(({ routeId }) => routeId))
    try {
      return { session: await queries.ensureQueryData(sessionQuery) }
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.isSignedOut) throw error
      const reason = error.code === 'session_expired' ? { reason: 'ended' as const } : {}
      throw redirect({ to: '/sign-in', search: { return: location.href, ...reason }, replace: true })
    }
  },
})

// Beside the request for the session; the router itself would begin with it after the answer.
function preloadComponents(routeIds: readonly string[]): void {
  for (const { id, options } of pageRoutes) {
    if (routeIds.includes(id)) void options.component?.preload?.()
  }
}

const webhooksRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/integrations/webhooks',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./webhooks/list-page.tsx'), 'ListPage'),
})

const createSubscriptionRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/integrations/webhooks/new',
  validateSearch: readCreatedSearch,
  component: lazyRouteComponent(() => import('./webhooks/create-page.tsx'), 'CreatePage'),
})

const subscriptionRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/integrations/webhooks/$subscriptionId',
  component: lazyRouteComponent(() => import('./webhooks/subscription-page.tsx'), 'SubscriptionPage'),
})

const logRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks/delivery-log',
  validateSearch: readLogSearch,
  component: lazyRouteComponent(() => import('./log/log-page.tsx'), 'LogPage'),
})

const deliveryRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks/delivery-log/$deliveryId',
  component: lazyRouteComponent(() => import('./log/delivery-page.tsx'), 'DeliveryPage'),
})

const eventRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks/events/$eventId',
  component: lazyRouteComponent(() => import('./log/event-page.tsx'), 'EventPage'),
})

const pageRoutes = [
  webhooksRoute,
  createSubscriptionRoute,
  subscriptionRoute,
  logRoute,
  deliveryRoute,
  eventRoute,
] as const

const routes = rootRoute.addChildren([homeRoute, signInRoute, settingsRoute.addChildren(pageRoutes)])

/** Which page is shown for which URL; each is loaded when it is first gone to, or pointed at. */
export function createPageRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    // What a route's validateSearch drops would come back otherwise.
    search: { strict: true },
    defaultErrorComponent: RouteError,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: ReturnType<typeof createPageRouter>
  }
}
