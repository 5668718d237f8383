import { pageAddress } from './address.js'
import { appEdits } from './app-edits.js'
import { type Change, newFile } from './change.js'
import { codeFile, isServedByFramework, milepostFolder, nextRouter, type TemplateName, textOf } from './layout.js'
import { migrationPlan } from './migration.js'
import { withModuleType } from './module-type.js'
import { type PackagesToAdd, packagesFor } from './packages.js'
import { type Driver, hasPackage, type Project } from './project.js'
import { type AppScripts, autoAdapter } from './scripts.js'

/** Everything that `milepost init` does in a project. */
export type InitPlan = {
  readonly changes: readonly Change[]
  readonly packages: PackagesToAdd
  /** What it changes that may surprise, and why. */
  readonly notes: readonly string[]
  /** What it cannot do itself. */
  readonly manual: readonly string[]
  /** Commands to run afterwards, in order. */
  readonly next: readonly string[]
  /** The command that starts the app in development; null if there is none. */
  readonly dev: string | null
  /** What to do before the app runs in production. */
  readonly later: readonly string[]
  /** The address where the badges show in development, or its path; null if no page was written, or if nothing serves it yet. */
  readonly page: string | null
  /** The file to say in who is signed in. */
  readonly userFile: string
  /** The file with the service, and how to record with it. */
  readonly serviceFile: string
  /** Whether the app and the command `milepost` read DATABASE_URL. */
  readonly needsDatabaseUrl: boolean
}

/** Plans what to write in a project. `now` dates the migration. */
export function planInit(found: Project, driver: Driver, now: Date): InitPlan {
  const { project, notes, manual } = withModuleType(found)
  const edits = appEdits(project, driver)
  const migration = migrationPlan(project, driver, now)
  return {
    changes: [...files(project, driver), ...edits.changes, ...migration.changes],
    packages: packagesFor(project, driver, edits.scripts.added),
    notes: [...notes, ...besideNote(edits.scripts)],
    manual: [...manual, ...edits.manual],
    next: [...migration.next, edits.start],
    dev: edits.scripts.dev,
    later: productionNote(project, edits.scripts, driver),
    page: edits.isMounted && hasPage(project) ? pageAddress(project) : null,
    userFile: `${milepostFolder(project)}/${codeFile(project, 'user')}`,
    serviceFile: `${milepostFolder(project)}/${codeFile(project, 'service')}`,
    needsDatabaseUrl: driver !== 'pglite',
  }
}

// Without a folder of pages, only the host knows where a page belongs.
function hasPage(project: Project): boolean {
  return project.framework !== 'next' || nextRouter(project) !== null
}

function productionNote({ manifest }: Project, { dev, production }: AppScripts, driver: Driver): readonly string[] {
  if (production.length === 0) return []
  const isUnadapted = hasPackage(manifest, autoAdapter)
  const place = isUnadapted ? 'In production on a server of your own' : 'In production'
  const commands = [...(isUnadapted ? ['npx sv add sveltekit-adapter="adapter:node"'] : []), ...production]
  const stop =
    driver === 'pglite' && dev !== null ? ` Stop \`${dev}\` first: one process at a time opens .milepost.` : ''
  return [`${place}: ${commands.map(command => `\`${command}\``).join(', then ')}.${stop}`]
}

function besideNote({ areBeside, dev }: AppScripts): readonly string[] {
  return areBeside ? [`\`${dev}\` starts a server of its own for the badges, beside your app.`] : []
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
    ...(isServedByFramework(project) ? [] : [inFolder('routes', 'milepost/routes.ts')]),
    ...ofFramework(project, inFolder),
  ]
}

function ofFramework(
  project: Project,
  inFolder: (name: string, template: TemplateName, isJsx?: boolean) => Change,
): readonly Change[] {
  const at = (path: string, template: TemplateName): Change => newFile(project.folder, path, textOf(project, template))
  const components = project.hasReact ? [inFolder('badges', 'react/badges.tsx', true)] : []
  switch (project.framework) {
    case 'next':
      return [inFolder('stop', 'next/stop.ts'), ...nextFiles(project, at)]
    case 'sveltekit':
      return [
        inFolder('stop', 'sveltekit/stop.ts'),
        at(`src/routes/badges/v1/[...path]/${codeFile(project, '+server')}`, 'sveltekit/server.ts'),
        at(`src/routes/badges/${codeFile(project, '+page.server')}`, 'sveltekit/page.server.ts'),
        at('src/routes/badges/+page.svelte', 'sveltekit/page.svelte'),
      ]
    case 'fastify':
      return [inFolder('plugin', 'fastify/plugin.ts'), ...components]
    case 'nest':
      return [inFolder('milepost.module', 'nest/milepost.module.ts'), ...components]
    case 'plain':
      return [inFolder('stop', 'node/stop.ts'), inFolder('start', 'plain/start.ts'), ...components]
    default:
      return [inFolder('stop', 'node/stop.ts'), ...components]
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
