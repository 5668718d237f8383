import type { Hono } from 'hono'
import { refusal } from '../problem/problem.js'
import type { Shell } from '../shell/shell.js'
import { createStudioFiles, type StudioFiles } from './studio-files.js'

let loaded: Promise<StudioFiles> | undefined

// A module, so that bundlers include it. It is only loaded when Studio is requested.
function studioFiles(): Promise<StudioFiles> {
  loaded ??= import('#studio-files').then(({ files }) => createStudioFiles(files))
  return loaded
}

/** Mounts Studio under `/studio`, without a credential, because its files contain no data. */
export function mountStudio(app: Hono, base: string, shell: Shell): void {
  const root = `${base}/studio`
  const asked = { operationId: null, route: '/studio' } as const
  app.on(['GET', 'HEAD'], [root, `${root}/*`], ({ req }) =>
    shell.answer(req.raw, asked, async () => answerOf(await studioFiles(), root, req.raw)),
  )
}

function answerOf(files: StudioFiles, root: string, request: Request): Response {
  const { pathname, search } = new URL(request.url)
  const path = pathname.slice(root.length)
  // Relative, for proxies that remove a part of the path.
  if (path === '') return new Response(null, { status: 307, headers: { location: `studio/${search}` } })
  const response = files(path, request)
  if (!response) throw refusal('NOT_FOUND')
  return response
}
