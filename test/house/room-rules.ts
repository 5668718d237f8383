import { isTest, type Source } from './sources.js'

const mostFiles = 40

// The rooms of the larger folders, in order: each may import the rooms before it. ARCHITECTURE.md names what each holds. The files
// that stand beside the rooms put them together; where `.` is missing, there are none.
const rooms: Readonly<Record<string, readonly string[]>> = {
  core: ['values', 'time', 'users', 'metrics', 'catalog', 'lint', 'awards', 'progress', 'words', 'explain'],
  store: ['database', 'schema', 'users', 'progress', 'follow', 'reports', 'server', 'studio', 'pglite'],
  service: [
    'context',
    'awards',
    'recount',
    'record',
    'read',
    'coins',
    'manual',
    'catalog',
    'import',
    'follow',
    'fold',
    'users',
    'server',
    '.',
    'studio',
  ],
  http: [
    'problem',
    'limits',
    'auth',
    'contract',
    'stream',
    'webhooks',
    'server',
    'steps',
    'docs',
    'routes',
    'endpoint',
    'shell',
    'studio',
    '.',
  ],
}

/** Returns the imports between rooms of one folder that go against their order, and rooms that the order does not name. */
export function importsAgainstRooms(sources: readonly Source[]): string[] {
  return sources
    .filter(source => source.path.startsWith('src/') && !isTest(source))
    .flatMap(source => {
      const from = roomOf(source.path)
      if (!from) return []
      const order = rooms[from.folder]!
      if (!order.includes(from.room))
        return [`${source.path}: say in test/house/room-rules.ts where ${from.folder}/${from.room} stands`]
      return source.imports.flatMap(({ specifier, target, line }) => {
        const to = target === undefined ? undefined : roomOf(target)
        if (to?.folder !== from.folder || order.indexOf(to.room) <= order.indexOf(from.room)) return []
        return [`${source.path}:${line} imports ${specifier}: ${from.folder}/${to.room} comes after ${from.room}`]
      })
    })
}

/** Returns the folders that hold too many files to be one room. */
export function fullFolders(sources: readonly Source[]): string[] {
  const folders = sources.map(({ path }) => path.slice(0, path.lastIndexOf('/')))
  const counts = new Map<string, number>()
  for (const folder of folders) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > mostFiles)
    .map(([folder, count]) => `${folder} has ${count} files: over ${mostFiles}, a folder is two rooms`)
}

function roomOf(path: string): { readonly folder: string; readonly room: string } | undefined {
  const [, folder = '', room = '.'] = /^src\/([^/]+)\/(?:([^/]+)\/)?/.exec(path) ?? []
  return folder in rooms ? { folder, room } : undefined
}
