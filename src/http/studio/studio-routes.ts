import type { Hono } from 'hono'
import { refusal } from '../problem/problem.js'
import type { Shell } from '../shell/shell.js'
import { createStudioFiles, type StudioFiles } from './studio-files.js'

let loaded: Promise<StudioFiles> | undefined

// A module, which bundlers find and take along, and loaded only where Studio is asked for.
function studioFiles(): Promise<StudioFiles> {
  loaded ??= import('#studio-files').then(({ files }) => createStudioFiles(files))
  return loaded
}

/** Mounts Studio under `/studio`, without a credential: its files hold no data. */
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
  // Relative, for proxies that take a part of the path away.
  if (path === '') return new Response(null, { status: 307, headers: { location: `studio/${search}` } })
  const response = files(path, request)
  if (!response) throw refusal('NOT_FOUND')
  return response
}
