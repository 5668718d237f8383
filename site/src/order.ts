/**
 * A part of the sidebar, with its pages and smaller parts in their order. `folder` adds every other page below it, by its path. So
 * a new file in `docs/guides` or `docs/recipes` appears by itself.
 */
export type SidebarPart = {
  /** Default: the heading of `page`. */
  readonly title?: string
  /** The page that the title leads to. */
  readonly page?: string
  readonly items?: readonly (string | SidebarPart)[]
  readonly folder?: string
  /** Whether its pages are shown only after a click on its title. */
  readonly isCollapsed?: boolean
  /** Whether it is left out of the bar at the top. */
  readonly isMinor?: boolean
}

const guides = (...names: readonly string[]): readonly string[] => names.map(name => `guides/${name}`)
const recipes = (...names: readonly string[]): readonly string[] => names.map(name => `recipes/${name}`)

/** The order of the whole sidebar: the only place that says it. */
export const sidebarOrder: readonly SidebarPart[] = [
  { title: 'Start', items: ['start/install', 'start/quick-start', 'start/tutorial', 'agents'] },
  { title: 'Concepts', items: ['concepts', 'catalog', 'changing', 'guarantees', 'reliability'] },
  {
    title: 'Guides',
    items: [
      {
        title: 'Features',
        items: [
          'databases',
          'explain',
          'react',
          'studio',
          'privacy',
          'merging',
          'serve',
          'client',
          'stream',
          'webhooks',
        ],
      },
      {
        title: 'Frameworks and sign-in',
        items: guides('nextjs', 'express', 'fastify', 'hono', 'nestjs', 'sveltekit', 'better-auth'),
      },
      {
        title: 'Databases and hosting',
        items: [
          ...guides('supabase', 'neon', 'prisma', 'kysely', 'drizzle-kit', 'pgbouncer', 'citus'),
          ...guides('vercel', 'aws-lambda', 'docker', 'kubernetes'),
        ],
      },
      {
        title: 'Before and after launch',
        folder: 'guides',
        items: [...guides('moving-over', 'testing', 'going-live'), 'sizing', 'folding', ...guides('troubleshooting')],
      },
    ],
  },
  {
    title: 'Recipes',
    folder: 'recipes',
    items: [
      ...recipes(
        'onboarding-checklist',
        'course-with-certificates',
        'streak-with-reminders',
        'team-leaderboard',
        'coin-shop',
      ),
      ...recipes('anonymous-visitor', 'badge-email-resend', 'slack-and-discord', 'discord-roles', 'deleting-users'),
    ],
  },
  {
    title: 'Reference',
    items: [
      'calls',
      'reference/errors',
      'cli',
      'reference/commands',
      'http',
      { page: 'reference/operations/index', folder: 'reference/operations', isCollapsed: true },
      'gallery',
      'reference/components',
      'reference/properties',
      'reference/tables',
      { page: 'reference/api/index', folder: 'reference/api', isCollapsed: true },
    ],
  },
  { title: 'Compare', items: ['compare'] },
  {
    title: 'Project',
    isMinor: true,
    items: [
      'architecture',
      'contributing',
      'security',
      'bench',
      { title: 'Examples', folder: 'examples' },
      { title: 'Decisions', folder: 'adr' },
    ],
  },
]
