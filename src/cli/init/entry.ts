import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { codeFile } from './layout.js'
import { mounted } from './mount.js'
import { filesIn, type Project } from './project.js'

const usualEntries = ['index', 'server', 'app', 'main'].flatMap(name =>
  ['ts', 'mts', 'js', 'mjs', 'cjs'].flatMap(ending => [`src/${name}.${ending}`, `${name}.${ending}`]),
)
const probe = { imports: [], lines: () => [] }

/** Finds the file that creates the app: one that a script starts, one with a usual name, or any beside these. */
export function entryOf(project: Project): string | null {
  const isEntry = (path: string): boolean => mounted(readSource(project, path), project.framework, probe) !== null
  return appFiles(project).find(isEntry) ?? null
}

/** Finds the file to run: the one that creates the app, or another one that imports it and listens. */
export function listeningFile(project: Project): string | null {
  const entry = entryOf(project)
  if (entry === null) return null
  return [entry, ...appFiles(project)].find(path => listens(readSource(project, path))) ?? entry
}

/** Whether code makes a server listen. */
export function listens(text: string): boolean {
  return /\b(listen|serve|bootstrap)\s*\(/.test(text)
}

/** Names the file that creates the app, if it cannot be found: one that exists, or where one is usual. */
export function likelyEntry(project: Project): { readonly path: string; readonly exists: boolean } {
  const there = namedFiles(project).find(path => isFile(project, path))
  if (there !== undefined) return { path: there, exists: true }
  const { manifest, isTypeScript, source } = project
  const isNamed = !isTypeScript && manifest.main !== undefined
  const path = isNamed ? withoutDot(manifest.main) : source + (isTypeScript ? codeFile(project, 'index') : 'index.js')
  return { path, exists: false }
}

/** Lists files that may create the app or start its server, the likeliest first. */
export function appFiles(project: Project): readonly string[] {
  const { source, isTypeScript } = project
  const beside = ['', source].flatMap(path => filesIn(project, path).map(name => path + name))
  const isCode = (path: string): boolean => /\.[cm]?[jt]s$/.test(path) && !/\.(config|test|spec|d)\./.test(path)
  const paths = [...new Set([...namedFiles(project), ...beside.filter(isCode)])]
  // What TypeScript compiled is not the source.
  return paths.filter(path => isFile(project, path) && !(isTypeScript && path.startsWith('dist/')))
}

function isFile({ folder }: Project, path: string): boolean {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() ?? false
}

/** Reads a file of a project. */
export function readSource({ folder }: Pick<Project, 'folder'>, path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

/** Returns the file that the script `start` runs, as `node ./bin/www` or `tsx src/server.ts` name it. */
export function startedFile({ manifest }: Project): string | undefined {
  const [, rest] = /^(?:node|tsx|bun)\s+([^&|;]+)$/.exec(manifest.scripts?.start?.trim() ?? '') ?? []
  return rest?.split(/\s+/).find(word => !word.startsWith('-'))
}

function namedFiles(project: Project): readonly string[] {
  const { scripts = {}, main } = project.manifest
  const said = [scripts.dev, scripts.start, main].flatMap(text => text?.match(/[\w./-]+\.[cm]?[jt]s\b/g) ?? [])
  const started = startedFile(project)
  return [...said, ...(started === undefined ? [] : [started]), ...usualEntries].map(withoutDot)
}

function withoutDot(path = ''): string {
  return path.replace(/^\.\//, '')
}
