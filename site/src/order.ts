/**
 * The parts of the sidebar. `pages` are named in their order; `folder` adds every page below it, those that are not named at the
 * end, by title. So a new file in `docs/guides` or `docs/recipes` appears by itself.
 */
export type SidebarPart = {
  readonly title: string
  readonly pages?: readonly string[]
  readonly folder?: string
  /** For parts within a part. */
  readonly parts?: readonly SidebarPart[]
}

/** The order of the whole sidebar: the only place that says it. */
export const sidebarOrder: readonly SidebarPart[] = [
  { title: 'Start', pages: ['start/install', 'start/quick-start', 'start/tutorial', 'agents'] },
  { title: 'Concepts', pages: ['concepts', 'catalog', 'changing', 'guarantees', 'architecture'] },
  {
    title: 'Guides',
    parts: [
      {
        title: 'Features',
        pages: [
          'databases',
          'explain',
          'react',
          'studio',
          'privacy',
          'folding',
          'serve',
          'client',
          'stream',
          'webhooks',
        ],
      },
      {
        title: 'Frameworks',
        pages: ['nextjs', 'express', 'fastify', 'hono', 'nestjs', 'sveltekit'].map(name => `guides/${name}`),
      },
      {
        title: 'Databases and hosting',
        pages: [
          ...['supabase', 'neon', 'prisma', 'kysely', 'drizzle-kit', 'pgbouncer', 'citus'],
          ...['vercel', 'aws-lambda', 'docker', 'kubernetes'],
        ].map(name => `guides/${name}`),
      },
      {
        title: 'On the way',
        folder: 'guides',
        pages: ['moving-over', 'testing', 'going-live', 'troubleshooting'].map(name => `guides/${name}`),
      },
    ],
  },
  {
    title: 'Recipes',
    folder: 'recipes',
    pages: [
      ...['onboarding-checklist', 'course-with-certificates', 'streak-with-reminders', 'team-leaderboard'],
      ...['anonymous-visitor', 'badge-email-resend', 'slack-and-discord', 'discord-roles', 'deleting-users'],
    ].map(name => `recipes/${name}`),
  },
  {
    title: 'Reference',
    pages: [
      ...['calls', 'reference/errors', 'cli', 'reference/commands', 'http', 'reference/operations'],
      ...['reference/components', 'reference/properties', 'gallery', 'reference/tables', 'reference/api/index'],
    ],
  },
  { title: 'Compare', pages: ['compare'] },
]
