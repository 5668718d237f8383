import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listeningFile, startedFile } from './entry.js'
import { codeFile, milepostFolder } from './layout.js'
import { hasPackage, type Project } from './project.js'

/** How an app is started. */
export type AppScripts = {
  /** Scripts to add to package.json. */
  readonly added: Readonly<Record<string, string>>
  /** The command that starts the app in development; null if there is none. */
  readonly dev: string | null
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
  const isNodeServer = hasPackage(manifest, '@sveltejs/adapter-node')
  const started = start === null ? (isNodeServer ? ['node build'] : []) : [run(start.name)]
  return {
    added: Object.fromEntries(missing.map(script => [script!.name, script!.command])),
    dev: dev === null ? null : run(dev.name),
    production: started.length === 0 ? [] : [...build, ...started],
  }
}

type Script = { readonly name: string; readonly command: string }

/** The file that starts a server of its own, in a project without a framework that is known. */
function startFile(project: Project): string {
  return `${milepostFolder(project)}/${codeFile(project, 'start')}`
}

// The project may have scripts for something else.
function ownScripts(project: Project): readonly [Script, Script] {
  const file = startFile(project)
  const { scripts = {} } = project.manifest
  const nameOf = (name: string): string => {
    const isOther = scripts[name] !== undefined && !scripts[name].includes(file)
    return isOther ? `${name}:badges` : name
  }
  return [
    { name: nameOf('dev'), command: watching(project, file) },
    { name: nameOf('start'), command: starting(project, file) },
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
  return file === null ? null : { name: 'start', command: starting(project, file) }
}

function watching({ isTypeScript }: Project, file: string): string {
  return isTypeScript ? `tsx watch ${file}` : `node --watch ${file}`
}

function starting({ isTypeScript }: Project, file: string): string {
  return `${isTypeScript ? 'tsx' : 'node'} ${file}`
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
