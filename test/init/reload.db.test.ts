import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import type { MilestoneService } from '../../src/index.js'
import { makeProject } from './projects.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const database = `import { migrate } from 'milepost'
import { openPglite } from 'milepost/pglite'
export async function openDatabase() {
  const { db } = await openPglite()
  await migrate(db)
  return db
}
export async function closeDatabase(db) {
  await db.close()
}
`

type Loaded = {
  readonly service: MilestoneService
  readonly server: { readonly handler: (request: Request) => Promise<Response>; readonly close: () => Promise<void> }
}

test('when development loads the files again, a changed catalog and a changed user count, on the same database', async () => {
  const folder = makeProject([], { 'milepost/database.js': database }, { type: 'module' }, join(root, '.cache'))
  const kept = globalThis as { milepost?: unknown; milepostUser?: unknown }
  onTestFinished(() => {
    delete kept.milepost
    delete kept.milepostUser
  })
  writeChanges(folder, planInit(readProject(folder), 'pglite', new Date('2026-05-08T10:20:30Z')).changes)
  const first = await loaded(folder)
  await first.service.record({ userId: 'ann', category: 'lesson', itemKey: 'intro' })
  expect((await first.server.handler(badgesOfAnn())).status).toBe(401)
  expect(await loaded(folder)).toBe(first)

  edit(folder, 'catalog.js', text => text.replace('title: "Five lessons"', 'title: "High five"'))
  edit(folder, 'user.js', text => text.replace('return nobodyYet()', "return 'ann'"))
  const second = await loaded(folder, 'again')
  expect(second.service.getAllMilestones().map(({ title }) => title)).toContain('High five')
  expect(await (await second.server.handler(badgesOfAnn())).json()).toMatchObject({ badges: [{ id: 'first-lesson' }] })
  const late = (): Promise<unknown> =>
    first.service.record({ userId: 'ann', category: 'lesson', itemKey: 'late' }).catch(({ code }) => code)
  await expect.poll(late).toBe('SERVICE_CLOSED')
  await second.server.close()
  await second.service.close()
})

/** Loads the service as a bundler in development does: each file again, by a new name. */
async function loaded(folder: string, name = 'milepost'): Promise<Loaded> {
  if (name !== 'milepost') {
    for (const file of ['catalog', 'user', 'database']) copy(folder, file, `${file}-${name}`)
    const service = readFileSync(join(folder, 'milepost', 'service.js'), 'utf8')
    writeFileSync(
      join(folder, 'milepost', `service-${name}.js`),
      service.replaceAll(/"\.\/(\w+)\.js"/g, `"./$1-${name}.js"`),
    )
  }
  const file = name === 'milepost' ? 'service.js' : `service-${name}.js`
  const { milepost } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'milepost', file)).href)
  return milepost()
}

function copy(folder: string, from: string, to: string): void {
  writeFileSync(join(folder, 'milepost', `${to}.js`), readFileSync(join(folder, 'milepost', `${from}.js`)))
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, 'milepost', file)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
}

function badgesOfAnn(): Request {
  return new Request('http://localhost/badges/v1/users/ann/badges')
}
