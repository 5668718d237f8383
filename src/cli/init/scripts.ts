import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listeningFile, listens, readSource, startedFile } from './entry.js'
import { codeFile, milepostFolder } from './layout.js'
import { hasPackage, type Manifest, type Project } from './project.js'

/** How an app is started. */
export type AppScripts = {
  /** Scripts to add to package.json. */
  readonly added: Readonly<Record<string, string>>
  /** The command that starts the app in development; null if there is none. */
  readonly dev: string | null
  /** Whether they start a server of its own beside the app. */
  readonly areBeside: boolean
  /** The commands that start it in production, in order. Without any, only the host knows. */
  readonly production: readonly string[]
}

/** Finds the scripts that start an app, and plans those that are missing. */
export function appScripts(project: Project): AppScripts {
  const { manifest, packageManager } = project
  const { scripts = {} } = manifest
  const [dev, start] = project.framework === 'plain' ? ownScripts(project) : [devScript(project), startScript(project)]
  const missing = [dev, start].filter(script => script !== null && scripts[script.name] === undefined)
  const run = (name: string): string => `${packageManager} run ${name}`
  const build = scripts.build === undefined || project.framework === 'plain' ? [] : [run('build')]
  const started = start === null ? builtServer(manifest) : [run(start.name)]
  return {
    added: Object.fromEntries(missing.map(script => [script!.name, script!.command])),
    dev: dev === null ? null : run(dev.name),
    areBeside: dev?.name === 'dev:badges',
    production: started.length === 0 ? [] : [...build, ...started],
  }
}

// A new SvelteKit app finds out where it is built, and can be started nowhere else.
function builtServer(manifest: Manifest): readonly string[] {
  return hasPackage(manifest, '@sveltejs/adapter-node') || hasPackage(manifest, autoAdapter) ? ['node build'] : []
}

/** The adapter of a new SvelteKit app, which builds nothing that Node can start. */
export const autoAdapter = '@sveltejs/adapter-auto'

type Script = { readonly name: string; readonly command: string }

/** The file that starts a server of its own, in a project without a framework that is known. */
function startFile(project: Project): string {
  return `${milepostFolder(project)}/${codeFile(project, 'start')}`
}

// The project may have scripts for something else.
function ownScripts(project: Project): readonly [Script, Script] {
  const file = startFile(project)
  const { scripts = {} } = project.manifest
  const isOther = [scripts.dev, scripts.start].some(script => script?.includes(file) === false)
  const end = isOther ? ':badges' : ''
  return [
    { name: `dev${end}`, command: watching(project, file) },
    { name: `start${end}`, command: starting(project, file) },
  ]
}

function devScript(project: Project): Script | null {
  const { scripts = {} } = project.manifest
  const known = ['dev', 'start:dev'].find(name => scripts[name] !== undefined)
  if (known !== undefined) return { name: known, command: scripts[known]! }
  const restarting = restartingCommand(project)
  if (restarting !== null) return { name: 'dev', command: restarting }
  const file = listeningFile(project)
  return file === null ? null : { name: 'dev', command: watching(project, file) }
}

function startScript(project: Project): Script | null {
  const { framework, isTypeScript, manifest } = project
  const { scripts = {} } = manifest
  if (framework === 'sveltekit') return null
  const known = ['start:prod', 'start'].find(name => scripts[name] !== undefined)
  if (known !== undefined) return { name: known, command: scripts[known]! }
  // Only the host knows where the file is that a build makes.
  const isBuilt = framework === 'nest' || (isTypeScript && scripts.build !== undefined)
  const file = isBuilt ? null : listeningFile(project)
  // Nothing listens in it where the platform does, such as Cloudflare.
  const isStarted = file !== null && (listens(readSource(project, file)) || runsInBun(project))
  return !isStarted ? null : { name: 'start', command: starting(project, file) }
}

function watching(project: Project, file: string): string {
  if (runsInBun(project)) return `bun --watch ${file}`
  return project.isTypeScript ? `tsx watch ${file}` : `node --watch ${file}`
}

function starting(project: Project, file: string): string {
  if (runsInBun(project)) return `bun ${file}`
  return `${project.isTypeScript ? 'tsx' : 'node'} ${file}`
}

// It reads TypeScript itself, and listens for what a file exports.
function runsInBun({ isTypeScript, packageManager }: Project): boolean {
  return isTypeScript && packageManager === 'bun'
}

/** The script `start`, as a command that starts again after each change of the source. */
function restartingCommand(project: Project): string | null {
  const { folder, isTypeScript, manifest } = project
  const started = startedFile(project)
  // What TypeScript compiled does not change when its source does.
  const isSource = !isTypeScript || /\.[cm]?ts$/.test(started ?? '')
  if (started === undefined || !isSource || !existsSync(join(folder, started))) return null
  const [program, ...rest] = manifest.scripts!.start!.trim().split(/\s+/)
  return [program, program === 'tsx' ? 'watch' : '--watch', ...rest].join(' ')
}
