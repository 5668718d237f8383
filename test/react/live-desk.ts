import { readFileSync } from 'node:fs'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { listen } from '../../src/node/node-server.js'
import { openDatabase } from '../support/databases.js'
import { bundleWith } from './bundle-with.js'

/** A server on the embedded database, with a page for each user at `/?user=`. */
export type LiveDesk = {
  readonly url: string
  readonly service: MilestoneService
  readonly close: () => Promise<void>
}

const catalog = parseCatalog({
  levels: { every: 50, names: ['Newcomer', 'Learner'] },
  milestones: [
    { id: 'first', title: 'First lesson', requirement: lessons(1), reward: { points: 10, unlocks: ['playground'] } },
    { id: 'three', title: 'Three lessons', requirement: lessons(3), reward: { points: 50 } },
    { id: 'owl', title: 'Night owl', hidden: true, requirement: lessons(4), reward: { points: 5 } },
  ],
})

function lessons(target: number): object {
  return { type: 'count', category: 'lesson', target }
}

/** Opens it on a free port. */
export async function openLiveDesk(): Promise<LiveDesk> {
  const [database, script] = await Promise.all([openDatabase('pglite'), bundleWith(19, 'live-entry.tsx', 'browser')])
  const css = readFileSync(new URL('../../src/react/react.css', import.meta.url), 'utf8')
  const service = createMilestoneService({ db: database.db, catalog, whenUnapplied: 'warn', onWarning: () => {} })
  const authorize = () => ({ name: 'page', scopes: ['read', 'record'] as const })
  const api = createMilepostServer({ service, db: database.db, basePath: '/api', authorize, deliver: false })
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', page],
    '/page.js': ['text/javascript', script],
    '/page.css': ['text/css', css],
  }
  const handler = async (request: Request): Promise<Response> => {
    const file = files[new URL(request.url).pathname]
    return file ? new Response(file[1], { headers: { 'content-type': file[0] } }) : api.handler(request)
  }
  const server = await listen({ handler }, { host: '127.0.0.1', port: 0 })
  return {
    url: server.url,
    service,
    close: async () => {
      await api.close()
      await server.stop(0)
      await service.close()
      await database.close()
    },
  }
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Badges</title><link rel="icon" href="data:,">
  <link rel="stylesheet" href="/page.css"><div id="app"></div><script type="module" src="/page.js"></script></html>`
