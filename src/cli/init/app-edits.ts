import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changedFile, newFile } from './change.js'
import { hostCodeEdit } from './host-code.js'
import { ignoreEdit } from './ignore-edit.js'
import { withExternalPglite } from './next-config.js'
import { programCommand } from './packages.js'
import type { Driver, Manifest, Project } from './project.js'
import { type AppScripts, appScripts } from './scripts.js'

/** Additions to files of the app itself. */
export type AppEdits = {
  readonly changes: readonly Change[]
  readonly manual: readonly string[]
  /** Whether the app has its route then. */
  readonly isMounted: boolean
  /** What to run next: what starts the app in development, or init again if there is no app yet. */
  readonly start: string
  readonly scripts: AppScripts
}

/** Plans what to add to the files of the app: the route, the configuration, styles, scripts, and what git ignores. */
export function appEdits(project: Project, driver: Driver): AppEdits {
  const [code, config] = [hostCodeEdit(project), configEdit(project, driver)]
  const scripts = code.isMounted ? appScripts(project) : { added: {}, dev: null, areBeside: false, production: [] }
  return {
    changes: [
      ...code.changes,
      ...config.changes,
      ...styleEdit(project),
      ...manifestEdit(project, scripts.added),
      ...ignoreEdit(project, driver),
    ],
    manual: [...code.manual, ...config.manual],
    isMounted: code.isMounted,
    start: scripts.dev ?? (code.isMounted ? 'Start your app' : programCommand(project.packageManager, 'milepost init')),
    scripts,
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

function manifestEdit({ folder, manifest, isModule }: Project, added: AppScripts['added']): readonly Change[] {
  const isChanged = isModule && manifest.type !== 'module'
  if (!isChanged && Object.keys(added).length === 0) return []
  const edit = (text: string): string => {
    const said = JSON.parse(text) as Manifest
    const indentation = /^[ \t]+/m.exec(text)?.[0] ?? '  '
    const after = { ...said, ...(isChanged ? { type: 'module' } : {}), scripts: { ...said.scripts, ...added } }
    return `${JSON.stringify(after, null, indentation)}\n`
  }
  return [changedFile(folder, 'package.json', edit)]
}
