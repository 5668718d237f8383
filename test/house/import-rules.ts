import { isBuiltin } from 'node:module'
import { type Import, isTest, type Source } from './sources.js'

// What a folder of src may import besides itself. It stands for the picture in design and ARCHITECTURE.md:
// core ← store ← service ← http ← (next, better-auth, node ← cli)    client ← react
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  store: ['core'],
  service: ['core', 'store'],
  testing: ['core'],
  http: ['core', 'store', 'service'],
  cli: ['core', 'store', 'service', 'http', 'node'],
  next: ['core', 'store', 'service', 'http'],
  'better-auth': ['core', 'service', 'http'],
  node: ['core', 'store', 'service', 'http'],
  client: [],
  react: ['client'],
}
/** These run in browsers: they may know the server's types, and nothing of it at run time. */
const forBrowsers = ['client', 'react']
/** What Studio, a page, takes of src beside types. */
const forStudio = ['src/client/event-blocks.ts']
/** The only files that import Drizzle: they describe the tables for it, and open an embedded database with it. */
const filesOnDrizzle = [
  'src/store/schema/drizzle-tables.ts',
  'src/store/schema/outgoing-tables.ts',
  'src/store/pglite/embedded-database.ts',
]
const optionalPackages = ['pg', 'postgres', '@opentelemetry/api']
/** What the entries of every host may load: everything else is optional. Of Temporal, `milepost/testing` takes series of dates. */
const packagesOfMain = ['sql-template-tag', 'temporal-polyfill']

/** Returns the imports that go against the direction in which folders may know each other. */
export function importsAgainstTheGrain(sources: readonly Source[]): string[] {
  return eachImport(sources, ({ path }, { target, isTypeOnly }) => {
    if (target === undefined) return undefined
    const [from, to] = [folderOf(path), folderOf(target)]
    if (!target.startsWith('src/')) return 'what ships may import only what ships'
    if (from === undefined || from === to) return undefined
    if (to === undefined) return 'an entry file is for users of the package; import what it re-exports'
    const allowed = mayImport[from]
    if (!allowed) return `say in test/house/import-rules.ts what src/${from} may import`
    if (allowed.includes(to) || (isTypeOnly && forBrowsers.includes(from))) return undefined
    return `${from} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other folder'}`
  })
}

/** Returns what Studio would bring of the server into its page. */
export function importsOfStudio(sources: readonly Source[]): string[] {
  const studio = sources.filter(({ path }) => path.startsWith('studio/'))
  return faultsIn(studio, (_, { target, isTypeOnly }) => {
    if (!target?.startsWith('src/') || isTypeOnly || forStudio.includes(target)) return undefined
    return `Studio is a page: of src it may import types, and ${forStudio.join(', ')}`
  })
}

/** Returns the imports of packages by folders that are to do without them. */
export function importsOfForbiddenPackages(sources: readonly Source[]): string[] {
  return eachImport(sources, ({ path }, { specifier, target }) => {
    if (target !== undefined) return undefined
    const [folder, name] = [folderOf(path), packageOf(specifier)]
    if (folder === 'core') return 'core imports no package'
    if (name === 'sql-template-tag' && folder !== 'store') return 'SQL is written in src/store'
    const isOnDrizzle = name === 'drizzle-orm' && !filesOnDrizzle.includes(path)
    return isOnDrizzle ? 'hosts may be without Drizzle; write SQL with the tag of store/database/sql.ts' : undefined
  })
}

/** Returns the packages that an entry file loads at run time, directly or not, beyond those that every host has. */
export function needlessPackages(sources: readonly Source[], entry: string): string[] {
  const byPath = new Map(sources.map(source => [source.path, source]))
  const loaded = new Set<string>([entry])
  const found = new Set<string>()
  // A Set's iterator also visits what is added on the way.
  for (const path of loaded) {
    for (const { specifier, target, isTypeOnly } of byPath.get(path)?.imports ?? []) {
      if (isTypeOnly) continue
      if (target !== undefined) loaded.add(target)
      else if (!isBuiltin(specifier) && !packagesOfMain.includes(packageOf(specifier))) {
        found.add(`${path} imports ${specifier}: ${entry} is to load without it`)
      }
    }
  }
  return [...found]
}

/**
 * Returns what would stop the build of a host that bundles its server: a driver or another optional package that it may not have.
 * The command alone is run and never bundled.
 */
export function importsThatBreakBundles(sources: readonly Source[]): string[] {
  return eachImport(sources, ({ path }, { specifier, target, isTypeOnly }) => {
    const folder = folderOf(path)
    if (target !== undefined || isTypeOnly || folder === 'cli') return undefined
    return optionalPackages.includes(packageOf(specifier))
      ? 'a host without it could not be bundled; take it from the host'
      : undefined
  })
}

/** Returns the circles in which files import each other, each once. */
export function importCycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map(source => [source.path, source]))
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '))
    if (start >= 0 || done.has(path)) return
    for (const { target } of byPath.get(path)?.imports ?? []) if (target) walk(target, [...trail, path])
    done.add(path)
  }
  for (const path of byPath.keys()) walk(path, [])
  return [...new Set(cycles)]
}

function eachImport(
  sources: readonly Source[],
  fault: (source: Source, found: Import) => string | undefined,
): string[] {
  return faultsIn(
    sources.filter(source => source.path.startsWith('src/') && !isTest(source)),
    fault,
  )
}

function faultsIn(sources: readonly Source[], fault: (source: Source, found: Import) => string | undefined): string[] {
  return sources.flatMap(source =>
    source.imports.flatMap(found => {
      const message = fault(source, found)
      return message ? [`${source.path}:${found.line} imports ${found.specifier}: ${message}`] : []
    }),
  )
}

/** The folder directly below src; none for an entry file. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
