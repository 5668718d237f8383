import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changedFile } from './change.js'
import { appFiles, entryOf, likelyEntry, readSource } from './entry.js'
import { importPath, milepostFolder } from './layout.js'
import { type Addition, importLines, mounted, withServer } from './mount.js'
import { withNestModule } from './nest-module.js'
import { programCommand } from './packages.js'
import type { Framework, Project } from './project.js'

/** Additions to code of the app. */
export type HostCodeEdit = {
  readonly changes: readonly Change[]
  /** What to add yourself, because it does not find where. */
  readonly manual: readonly string[]
  /** False if nothing creates the app yet. */
  readonly isMounted: boolean
}

/** Plans the lines that mount the route, and those that close everything when the app stops. */
export function hostCodeEdit(project: Project): HostCodeEdit {
  const { framework, folder } = project
  if (!(framework in mounts)) return { changes: [], manual: [], isMounted: true }
  const isMountedIn = (path: string): boolean => /\bmilepost\/(routes|plugin)\b/.test(readSource(project, path))
  const entry = appFiles(project).find(isMountedIn) ?? entryOf(project)
  if (entry === null) return withoutEntry(project)
  const source = readSource(project, entry)
  const edited = new Map([[entry, isMountedIn(entry) ? source : mounted(source, framework, mountOf(project, entry))!]])
  const manual = framework === 'nest' ? nestModule(project, edited) : stopping(project, entry, edited)
  const changes = [...edited].map(([path, after]) => changedFile(folder, path, () => after))
  return { changes, manual, isMounted: true }
}

type Mount = { readonly files: readonly (readonly [name: string, file: string])[]; readonly lines: Addition['lines'] }

const handler = 'toNodeHandler({ handler: handleBadges })'

const mounts: Partial<Readonly<Record<Framework, Mount>>> = {
  express: { files: [['handleBadges', 'routes']], lines: app => [`${app}.use("/badges", ${handler})`] },
  nest: {
    files: [['handleBadges', 'routes']],
    lines: app => [`${app}.enableShutdownHooks()`, `${app}.use("/badges", ${handler})`],
  },
  hono: {
    files: [['handleBadges', 'routes']],
    lines: app => [`${app}.all("/badges/*", (c) => handleBadges(c.req.raw))`],
  },
  fastify: { files: [['badges', 'plugin']], lines: app => [`${app}.register(badges)`] },
}

function mountOf(project: Project, path: string): Addition {
  const { files, lines } = mounts[project.framework]!
  const own = files.map(([name, file]) => [name, pathTo(project, path, file)] as const)
  const isHandler = lines('').some(line => line.includes(handler))
  return { imports: [...(isHandler ? [['toNodeHandler', 'milepost/node'] as const] : []), ...own], lines }
}

function pathTo(project: Project, from: string, name: string): string {
  return importPath(project, from, `${milepostFolder(project)}/${name}`)
}

function withoutEntry(project: Project): HostCodeEdit {
  const { path, exists } = likelyEntry(project)
  const { imports, lines } = mountOf(project, path)
  const added = [...writtenImports(project, imports), ...single(lines('app'))]
  if (exists) return { changes: [], manual: ['Add this to the file that creates your app:', ...added], isMounted: true }
  const again = programCommand(project.packageManager, 'milepost init')
  const manual = [
    `No file creates your app yet. Create one, such as ${path}, then run \`${again}\` again: it adds the route to that`,
    'file, and scripts to package.json. Or add this yourself, where the app is created:',
    ...added,
  ]
  return { changes: [], manual, isMounted: false }
}

function stopping(project: Project, entry: string, edited: Map<string, string>): readonly string[] {
  const { framework } = project
  if (framework === 'fastify') return []
  const files = [entry, ...appFiles(project)]
  const sourceAt = (path: string): string => edited.get(path) ?? readSource(project, path)
  if (files.some(path => /\b(stopGracefully|closeMilepost)\b/.test(sourceAt(path)))) return []
  const handling = files.find(path => /\bSIGTERM\b/.test(sourceAt(path)))
  if (handling !== undefined) {
    const line = writtenImports(project, [['closeMilepost', pathTo(project, handling, 'service')]])
    return [
      `${handling} handles SIGTERM. Add this there, after the server has closed:`,
      ...line,
      'await closeMilepost()',
    ]
  }
  for (const path of files) {
    const imports = [['stopGracefully', pathTo(project, path, 'stop')]] as const
    const after = withServer(sourceAt(path), framework, { imports, lines: server => [`stopGracefully(${server})`] })
    if (after === null) continue
    edited.set(path, after)
    return []
  }
  // Elsewhere than on Node, what serves a Hono app has no server to close.
  if (framework === 'hono') return []
  const line = writtenImports(project, [['stopGracefully', pathTo(project, entry, 'stop')]])
  return ['So that a stop loses no work, add this where your server listens:', ...line, 'stopGracefully(server)']
}

function nestModule(project: Project, edited: Map<string, string>): readonly string[] {
  const path = `${project.source}app.module.${project.isTypeScript ? 'ts' : 'js'}`
  const imports = [['MilepostModule', pathTo(project, path, 'milepost.module')]] as const
  const source = existsSync(join(project.folder, path)) ? readSource(project, path) : ''
  if (source.includes('MilepostModule')) return []
  const after = withNestModule(source, imports)
  if (after !== null) edited.set(path, after)
  const line = writtenImports(project, imports)
  return after === null ? ['Add this to `imports` of your root module:', ...line, 'MilepostModule'] : []
}

function writtenImports({ isTypeScript, isModule }: Project, imports: Addition['imports']): readonly string[] {
  return single(importLines(imports, !isTypeScript && !isModule))
}

function single(lines: readonly string[]): readonly string[] {
  return lines.map(line => line.replaceAll('"', "'"))
}
