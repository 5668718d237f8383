import { appEdits } from './app-edits.js'
import { type Change, newFile } from './change.js'
import { codeFile, milepostFolder, nextRouter, type TemplateName, textOf } from './layout.js'
import { migrationPlan } from './migration.js'
import { type PackagesToAdd, packagesFor } from './packages.js'
import type { Driver, Project } from './project.js'

/** Everything that `milepost init` does in a project. */
export type InitPlan = {
  readonly changes: readonly Change[]
  readonly packages: PackagesToAdd
  /** What it cannot do itself. */
  readonly manual: readonly string[]
  /** Commands to run afterwards, in order. */
  readonly next: readonly string[]
  /** Where the badges show; null if no page was written. */
  readonly page: string | null
  /** The file to say in who is signed in. */
  readonly userFile: string
  /** The file with the service, and how to record with it. */
  readonly serviceFile: string
  /** Whether the app and the command `milepost` read DATABASE_URL. */
  readonly needsDatabaseUrl: boolean
}

/** Plans what to write in a project. `now` dates the migration. */
export function planInit(project: Project, driver: Driver, now: Date): InitPlan {
  const edits = appEdits(project, driver)
  const migration = migrationPlan(project, driver, now)
  return {
    changes: [...files(project, driver), ...edits.changes, ...migration.changes],
    packages: packagesFor(project, driver),
    manual: edits.manual,
    next: [...migration.next, edits.start],
    page: hasPage(project) ? '/badges' : null,
    userFile: `${milepostFolder(project)}/${codeFile(project, 'user')}`,
    serviceFile: `${milepostFolder(project)}/${codeFile(project, 'service')}`,
    needsDatabaseUrl: driver !== 'pglite',
  }
}

// Without a folder of pages, only the host knows where a page belongs.
function hasPage(project: Project): boolean {
  return project.framework !== 'next' || nextRouter(project) !== null
}

function hasPagesOfItsOwn({ framework }: Project): boolean {
  return framework === 'next' || framework === 'sveltekit'
}

function files(project: Project, driver: Driver): readonly Change[] {
  const folder = milepostFolder(project)
  const inFolder = (name: string, template: TemplateName, isJsx = false): Change =>
    newFile(project.folder, `${folder}/${codeFile(project, name, isJsx)}`, textOf(project, template))
  return [
    inFolder('catalog', 'milepost/catalog.ts'),
    inFolder('user', 'milepost/user.ts'),
    inFolder('database', `database/${driver}.ts`),
    inFolder('service', 'milepost/service.ts'),
    ...(hasPagesOfItsOwn(project) ? [] : [inFolder('routes', 'milepost/routes.ts')]),
    ...ofFramework(project, inFolder),
  ]
}

function ofFramework(
  project: Project,
  inFolder: (name: string, template: TemplateName, isJsx?: boolean) => Change,
): readonly Change[] {
  const at = (path: string, template: TemplateName): Change => newFile(project.folder, path, textOf(project, template))
  switch (project.framework) {
    case 'next':
      return nextFiles(project, at)
    case 'sveltekit':
      return [
        at(`src/routes/badges/v1/[...path]/${codeFile(project, '+server')}`, 'sveltekit/server.ts'),
        at(`src/routes/badges/${codeFile(project, '+page.server')}`, 'sveltekit/page.server.ts'),
        at('src/routes/badges/+page.svelte', 'sveltekit/page.svelte'),
      ]
    case 'fastify':
      return [inFolder('plugin', 'fastify/plugin.ts')]
    case 'plain':
      return [
        inFolder('start', 'plain/start.ts'),
        ...(project.hasReact ? [inFolder('badges', 'react/badges.tsx', true)] : []),
      ]
    default:
      return project.hasReact ? [inFolder('badges', 'react/badges.tsx', true)] : []
  }
}

function nextFiles(project: Project, at: (path: string, template: TemplateName) => Change): readonly Change[] {
  const { source } = project
  const route = at(`${source}app/api/milepost/[...path]/${codeFile(project, 'route')}`, 'next/route.ts')
  switch (nextRouter(project)) {
    case 'app':
      return [
        route,
        at(`${source}app/badges/${codeFile(project, 'page', true)}`, 'next/page.tsx'),
        at(`${source}app/badges/${codeFile(project, 'badges', true)}`, 'react/badges.tsx'),
      ]
    case 'pages':
      return [
        route,
        at(`${source}pages/${codeFile(project, 'badges', true)}`, 'next/pages-badges.tsx'),
        at(`${milepostFolder(project)}/${codeFile(project, 'badges', true)}`, 'react/badges.tsx'),
      ]
    case null:
      return [route]
  }
}
