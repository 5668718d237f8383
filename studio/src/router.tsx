import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from '@tanstack/react-router'
import { Failure } from './parts/states.js'
import { Shell } from './shell.js'
import { Overview } from './views/overview.js'

type Search = {
  readonly q?: string
  readonly tab?: string
  readonly days?: string
  readonly user?: string
  readonly milestone?: string
  readonly period?: string
  readonly board?: string
  readonly group?: string
  readonly currency?: string
}

const names = ['q', 'tab', 'days', 'user', 'milestone', 'period', 'board', 'group', 'currency'] as const

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <Failure error={error as Error} />,
  validateSearch: (search: Record<string, unknown>): Search =>
    Object.fromEntries(
      names.flatMap(name => (search[name] === undefined || search[name] === '' ? [] : [[name, String(search[name])]])),
    ),
})

const route = <Path extends string>(path: Path, component: Parameters<typeof createRoute>[0]['component']) =>
  createRoute({ getParentRoute: () => root, path, component: component as never })

const tree = root.addChildren([
  route('/', Overview),
  route(
    '/milestones',
    lazyRouteComponent(() => import('./views/milestones.js'), 'Milestones'),
  ),
  route(
    '/milestones/$milestoneId',
    lazyRouteComponent(() => import('./views/milestone.js'), 'MilestoneView'),
  ),
  route(
    '/users',
    lazyRouteComponent(() => import('./views/users.js'), 'Users'),
  ),
  route(
    '/users/$userId',
    lazyRouteComponent(() => import('./views/user.js'), 'UserView'),
  ),
  route(
    '/plan',
    lazyRouteComponent(() => import('./views/plan/plan-view.js'), 'PlanView'),
  ),
  route(
    '/lists',
    lazyRouteComponent(() => import('./views/lists/lists.js'), 'Lists'),
  ),
  route(
    '/lists/$list',
    lazyRouteComponent(() => import('./views/lists/list.js'), 'ListView'),
  ),
  route(
    '/leaderboard',
    lazyRouteComponent(() => import('./views/leaderboard.js'), 'Leaderboard'),
  ),
  route(
    '/webhooks',
    lazyRouteComponent(() => import('./views/webhooks.js'), 'Webhooks'),
  ),
  route(
    '/webhooks/$webhookId',
    lazyRouteComponent(() => import('./views/webhook.js'), 'WebhookView'),
  ),
  route(
    '/keys',
    lazyRouteComponent(() => import('./views/keys.js'), 'Keys'),
  ),
  route(
    '/audit',
    lazyRouteComponent(() => import('./views/audit.js'), 'Audit'),
  ),
  route(
    '/health',
    lazyRouteComponent(() => import('./views/health.js'), 'Health'),
  ),
])

/** Every view by its address, below the address where Studio is served. Search values stay plain text, so that addresses can be read. */
export const router = createRouter({
  routeTree: tree,
  basepath: new URL(document.baseURI).pathname.replace(/\/$/, '') || '/',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: text => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: search => {
    const text = new URLSearchParams(
      Object.entries(search).filter(([, value]) => value !== undefined) as [string, string][],
    ).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function NotFound() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-lg font-semibold">Page not found</h1>
      <p className="mt-1 text-n8">
        Go to the{' '}
        <Link to="/" className="link underline">
          overview
        </Link>
        .
      </p>
    </div>
  )
}
