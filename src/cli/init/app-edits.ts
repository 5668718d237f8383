import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changedFile, newFile } from './change.js'
import { codeFile, importPath, milepostFolder } from './layout.js'
import { type Mount, mounted } from './mount.js'
import { withExternalPglite } from './next-config.js'
import { type Driver, filesIn, type Project } from './project.js'

/** Additions to files of the app itself. */
export type AppEdits = {
  readonly changes: readonly Change[]
  readonly manual: readonly string[]
  /** The command that starts the app in development. */
  readonly start: string
}

/** Plans what to add to the files of the app: the route, the configuration, styles, a script, and what git ignores. */
export function appEdits(project: Project, driver: Driver): AppEdits {
  const entry = entryOf(project)
  const [mount, config] = [mountEdit(project, entry), configEdit(project, driver)]
  const script = devScript(project, entry)
  return {
    changes: [
      ...mount.changes,
      ...config.changes,
      ...styleEdit(project),
      ...script.changes,
      ...ignoreEdit(project, driver),
    ],
    manual: [...mount.manual, ...config.manual],
    start: script.start,
  }
}

type Edit = Pick<AppEdits, 'changes' | 'manual'>

const nothing: Edit = { changes: [], manual: [] }
const usualEntries = ['index', 'server', 'app', 'main'].flatMap(name =>
  ['ts', 'mts', 'js', 'mjs', 'cjs'].flatMap(ending => [`src/${name}.${ending}`, `${name}.${ending}`]),
)

function mountOf(project: Project, entry: string): Mount | null {
  const routes = importPath(project, entry, `${milepostFolder(project)}/routes`)
  switch (project.framework) {
    case 'express':
    case 'nest':
      return {
        imports: [
          ['toNodeHandler', 'milepost/node'],
          ['handleBadges', routes],
        ],
        line: app => `${app}.use('/badges', toNodeHandler({ handler: handleBadges }))`,
      }
    case 'hono':
      return {
        imports: [['handleBadges', routes]],
        line: app => `${app}.all('/badges/*', c => handleBadges(c.req.raw))`,
      }
    case 'fastify':
      return {
        imports: [['badges', importPath(project, entry, `${milepostFolder(project)}/plugin`)]],
        line: app => `${app}.register(badges)`,
      }
    default:
      return null
  }
}

function mountEdit(project: Project, entry: string | null): Edit {
  const place = entry ?? `src/${codeFile(project, 'index')}`
  const mount = mountOf(project, place)
  if (!mount) return nothing
  const { framework, folder } = project
  const source = entry === null ? '' : readFileSync(join(folder, entry), 'utf8')
  const isThere = source.includes(mount.line('').trim()) || source.includes(mount.imports.at(-1)![1])
  const after = isThere ? source : mounted(source, framework, mount)
  if (entry !== null && after !== null) return { changes: [changedFile(folder, entry, () => after)], manual: [] }
  const imports = mount.imports.map(([name, module]) => `import { ${name} } from '${module}'`)
  return { changes: [], manual: ['Add this to the file that creates your app:', ...imports, mount.line('app')] }
}

/** Finds the file that creates the app: one that a script starts, or one with a usual name. */
function entryOf({ folder, framework, manifest }: Project): string | null {
  const { scripts = {}, main } = manifest
  const said = [scripts.dev, scripts.start, main].flatMap(text => text?.match(/[\w./-]+\.[cm]?[jt]s\b/g) ?? [])
  const probe: Mount = { imports: [], line: () => '' }
  const candidates = [...said, ...usualEntries].map(path => path.replace(/^\.\//, ''))
  const isEntry = (path: string): boolean =>
    existsSync(join(folder, path)) && mounted(readFileSync(join(folder, path), 'utf8'), framework, probe) !== null
  return candidates.find(isEntry) ?? null
}

const configNames = ['next.config.ts', 'next.config.mjs', 'next.config.js']

// PGlite loads files from the folder of its code, so that a bundle of it would not find them.
function configEdit({ folder, framework }: Project, driver: Driver): Edit {
  if (framework !== 'next' || driver !== 'pglite') return nothing
  const name = configNames.find(candidate => existsSync(join(folder, candidate)))
  if (name === undefined) {
    const text = "export default {\n  serverExternalPackages: ['@electric-sql/pglite'],\n}\n"
    return { changes: [newFile(folder, 'next.config.mjs', text)], manual: [] }
  }
  const after = withExternalPglite(readFileSync(join(folder, name), 'utf8'))
  if (after !== null) return { changes: [changedFile(folder, name, () => after)], manual: [] }
  return { changes: [], manual: [`Add this to ${name}:`, "serverExternalPackages: ['@electric-sql/pglite'],"] }
}

// The styles of a new Next.js app are dark where the system is, without `color-scheme`, which the components go by.
function styleEdit({ folder, framework, source }: Project): readonly Change[] {
  const path = [`${source}app/globals.css`, `${source}styles/globals.css`].find(each => existsSync(join(folder, each)))
  if (framework !== 'next' || path === undefined) return []
  const change = changedFile(folder, path, text => {
    const isSaid = /[\s;{]color-scheme\s*:/.test(text)
    if (isSaid || !text.includes('prefers-color-scheme: dark')) return text
    return text.replace(/^:root \{\n/m, '$&  color-scheme: light dark;\n')
  })
  return change.status === 'there' ? [] : [change]
}

function devScript(project: Project, entry: string | null): { changes: readonly Change[]; start: string } {
  const { folder, manifest, packageManager, framework } = project
  const run = `${packageManager} run`
  const known = ['dev', 'start:dev'].find(name => manifest.scripts?.[name] !== undefined)
  if (known !== undefined) return { changes: [], start: `${run} ${known}` }
  const command = framework === 'plain' ? watching(project, startFile(project)) : appCommand(project, entry)
  if (command === null) return { changes: [], start: 'Start your app' }
  const change = changedFile(folder, 'package.json', text => withScript(text, 'dev', command))
  return { changes: [change], start: `${run} dev` }
}

function startFile(project: Project): string {
  return `${milepostFolder(project)}/${codeFile(project, 'start')}`
}

function watching({ isTypeScript }: Project, file: string): string {
  return isTypeScript ? `tsx watch ${file}` : `node --watch ${file}`
}

/** The command that starts the app again after each change: its own `start`, or the file that makes it listen. */
function appCommand(project: Project, entry: string | null): string | null {
  const { folder, isTypeScript, manifest } = project
  const [, program, rest] = /^(node|tsx|bun)\s+([^&|;]+)$/.exec(manifest.scripts?.start?.trim() ?? '') ?? []
  const started = rest?.split(/\s+/).find(word => !word.startsWith('-'))
  // What TypeScript compiled does not change when its source does.
  const isSource = !isTypeScript || /\.[cm]?ts$/.test(started ?? '')
  if (started !== undefined && isSource && existsSync(join(folder, started))) {
    return program === 'tsx' ? `tsx watch ${rest}` : `${program} --watch ${rest}`
  }
  if (entry === null) return null
  // One file may create the app, and another one import it and listen.
  const listens = (path: string): boolean =>
    /\b(listen|serve|bootstrap)\s*\(/.test(readFileSync(join(folder, path), 'utf8'))
  const candidates = [entry, ...(manifest.main === undefined ? [] : [manifest.main]), ...usualEntries]
  const file = candidates.find(path => existsSync(join(folder, path)) && listens(path)) ?? entry
  return watching(project, file)
}

function withScript(text: string, name: string, command: string): string {
  const manifest = JSON.parse(text) as { scripts?: Record<string, string> }
  const indentation = /^[ \t]+/m.exec(text)?.[0] ?? '  '
  const { scripts = {} } = manifest
  return `${JSON.stringify({ ...manifest, scripts: { ...scripts, [name]: command } }, null, indentation)}\n`
}

function ignoreEdit({ folder }: Project, driver: Driver): readonly Change[] {
  if (driver !== 'pglite') return []
  const there = filesIn({ folder }, '')
  const lines = '# The embedded database of Milepost\n.milepost\n.milepost.lock\n'
  if (!there.includes('.gitignore')) return there.includes('.git') ? [newFile(folder, '.gitignore', lines)] : []
  return [
    changedFile(folder, '.gitignore', text => {
      if (/^\/?\.milepost\b/m.test(text)) return text
      return text === '' ? lines : `${text}${text.endsWith('\n') ? '' : '\n'}\n${lines}`
    }),
  ]
}
