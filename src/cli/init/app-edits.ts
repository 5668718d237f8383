import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changedFile, newFile } from './change.js'
import { appFiles, entryOf, readSource, startedFile } from './entry.js'
import { hostCodeEdit } from './host-code.js'
import { codeFile, milepostFolder } from './layout.js'
import { withExternalPglite } from './next-config.js'
import { programCommand } from './packages.js'
import { type Driver, filesIn, type Project } from './project.js'

/** Additions to files of the app itself. */
export type AppEdits = {
  readonly changes: readonly Change[]
  readonly manual: readonly string[]
  /** Whether the app has its route then. */
  readonly isMounted: boolean
  /** What to run next: what starts the app in development, or init again if there is no app yet. */
  readonly start: string
  /** The command that starts the app in development, or null. */
  readonly dev: string | null
}

/** Plans what to add to the files of the app: the route, the configuration, styles, a script, and what git ignores. */
export function appEdits(project: Project, driver: Driver): AppEdits {
  const [code, config] = [hostCodeEdit(project), configEdit(project, driver)]
  const script = code.isMounted ? devScript(project) : { changes: [], dev: null }
  return {
    changes: [
      ...code.changes,
      ...config.changes,
      ...styleEdit(project),
      ...script.changes,
      ...ignoreEdit(project, driver),
    ],
    manual: [...code.manual, ...config.manual],
    isMounted: code.isMounted,
    start: script.dev ?? (code.isMounted ? 'Start your app' : programCommand(project.packageManager, 'milepost init')),
    dev: script.dev,
  }
}

const configNames = ['next.config.ts', 'next.config.mjs', 'next.config.js']

// PGlite loads files from the folder of its code, so that a bundle of it would not find them.
function configEdit({ folder, framework }: Project, driver: Driver): Pick<AppEdits, 'changes' | 'manual'> {
  if (framework !== 'next' || driver !== 'pglite') return { changes: [], manual: [] }
  const name = configNames.find(candidate => existsSync(join(folder, candidate)))
  if (name === undefined) {
    const text = 'export default {\n  serverExternalPackages: ["@electric-sql/pglite"],\n};\n'
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

function devScript(project: Project): Pick<AppEdits, 'changes' | 'dev'> {
  const { folder, manifest, packageManager, framework } = project
  const run = `${packageManager} run`
  const known = ['dev', 'start:dev'].find(name => manifest.scripts?.[name] !== undefined)
  if (known !== undefined) return { changes: [], dev: `${run} ${known}` }
  const command = framework === 'plain' ? watching(project, startFile(project)) : appCommand(project)
  if (command === null) return { changes: [], dev: null }
  const change = changedFile(folder, 'package.json', text => withScript(text, 'dev', command))
  return { changes: [change], dev: `${run} dev` }
}

function startFile(project: Project): string {
  return `${milepostFolder(project)}/${codeFile(project, 'start')}`
}

function watching({ isTypeScript }: Project, file: string): string {
  return isTypeScript ? `tsx watch ${file}` : `node --watch ${file}`
}

/** The command that starts the app again after each change: its own `start`, or the file that makes it listen. */
function appCommand(project: Project): string | null {
  const { folder, isTypeScript, manifest } = project
  const started = startedFile(project)
  // What TypeScript compiled does not change when its source does.
  const isSource = !isTypeScript || /\.[cm]?ts$/.test(started ?? '')
  if (started !== undefined && isSource && existsSync(join(folder, started))) {
    const [program, ...rest] = manifest.scripts!.start!.trim().split(/\s+/)
    return [program, program === 'tsx' ? 'watch' : '--watch', ...rest].join(' ')
  }
  const entry = entryOf(project)
  if (entry === null) return null
  // One file may create the app, and another one import it and listen.
  const listens = (path: string): boolean => /\b(listen|serve|bootstrap)\s*\(/.test(readSource(project, path))
  return watching(project, [entry, ...appFiles(project)].find(listens) ?? entry)
}

function withScript(text: string, name: string, command: string): string {
  const manifest = JSON.parse(text) as { scripts?: Record<string, string> }
  const indentation = /^[ \t]+/m.exec(text)?.[0] ?? '  '
  const { scripts = {} } = manifest
  return `${JSON.stringify({ ...manifest, scripts: { ...scripts, [name]: command } }, null, indentation)}\n`
}

function ignoreEdit({ folder }: Project, driver: Driver): readonly Change[] {
  if (driver !== 'pglite') return []
  const lines = '# The embedded database of Milepost\n.milepost\n.milepost.lock\n'
  if (!filesIn({ folder }, '').includes('.gitignore'))
    return [newFile(folder, '.gitignore', `node_modules\n\n${lines}`)]
  return [
    changedFile(folder, '.gitignore', text => {
      if (/^\/?\.milepost\b/m.test(text)) return text
      return text === '' ? lines : `${text}${text.endsWith('\n') ? '' : '\n'}\n${lines}`
    }),
  ]
}
