import { EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { everyDriver, type InstalledPackage, installPackage, serverPackages } from '../cli/installed-package.js'
import { runProgram } from '../cli/program.js'
import { firstKeyIn, type Serving, serve } from '../cli/serving.js'
import { tried } from '../reliability/tried.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'
import { scale } from '../support/scale.js'

const clientCount = 32
const killCount = scale(2, 250)

const catalog = {
  points: [{ category: 'step', points: 1 }],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'count', category: 'step', target: 1 },
      reward: { points: 100 },
    },
    {
      id: 'gift',
      title: 'Gift',
      requirement: { type: 'count', category: 'never', target: 1 },
      reward: { points: 1000 },
    },
  ],
}

let installed: InstalledPackage
let database: PostgresDatabase
let serving: Serving | undefined

beforeAll(async () => {
  installed = await installPackage([...everyDriver, ...serverPackages])
  writeFileSync(join(installed.folder, 'catalog.json'), JSON.stringify(catalog))
  database = await createDatabase(inject('postgresUrl'))
})
afterAll(async () => {
  serving?.child.kill('SIGKILL')
  installed.remove()
  await database.drop()
})

test(`totals are exact after the server was killed ${killCount} times under ${clientCount} clients that call again with the same keys`, async () => {
  const env = { DATABASE_URL: database.url }
  // Any free port each time: while the server is down, the last one may become somebody else's.
  let address: string | undefined
  const begin = async (): Promise<Serving> => {
    serving = await serve(installed, ['--catalog', 'catalog.json', '--port', '0'], env)
    address = serving.url
    return serving
  }
  const end = ({ child, ended }: Serving, signal: NodeJS.Signals) => {
    address = undefined
    child.kill(signal)
    return ended
  }
  let current = await begin()
  const secret = firstKeyIn(current.said())
  const answered = new EventEmitter()
  let isOver = false

  /** Calls until an answer comes, always with the same key. */
  const call = async (path: string, body: object, key: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'idempotency-key': key }
    for (;;) {
      try {
        if (address) {
          const response = await fetch(address + path, { method: 'POST', headers, body: JSON.stringify(body) })
          const answer = await response.json()
          if (response.ok) return answer
          if (response.status < 500 && response.status !== 409) throw new TypeError(JSON.stringify(answer))
        }
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith('{')) throw error
      }
      // A client that finds nobody waits before it calls again.
      await rest(20)
    }
  }
  const client = async (userId: string): Promise<number> => {
    let count = 0
    for (; !isOver; count++, answered.emit('answer')) {
      await call('/v1/completions', { userId, category: 'step', itemKey: String(count) }, `${userId}-${count}`)
    }
    const given = await call(`/v1/users/${userId}/award`, { badgeId: 'gift', reason: 'end' }, `${userId}-gift`)
    expect(given).toMatchObject({ badge: { id: 'gift' } })
    return count
  }
  const counting = Promise.all(Array.from({ length: clientCount }, (_, i) => client(`client-${i}`)))
  for (let kill = 0; kill < killCount; kill++) {
    for (let left = 40 + ((kill * 37) % 100); left > 0; left--) await Promise.race([once(answered, 'answer'), counting])
    await end(current, 'SIGKILL')
    tried('serversKilled')
    current = await begin()
  }
  isOver = true
  const counts = await counting

  const places = await Promise.all(
    counts.map(async (_, i) => {
      const response = await fetch(`${address}/v1/users/client-${i}/progress`, {
        headers: { authorization: `Bearer ${secret}` },
      })
      return ((await response.json()) as { totalPoints: number }).totalPoints
    }),
  )
  expect(places).toEqual(counts.map(count => count + 100 + 1000))
  expect((await end(current, 'SIGTERM')).code).toBe(0)
  expect(await runProgram(installed, ['verify', '--catalog', 'catalog.json', '--json'], env)).toMatchObject({
    code: 0,
  })
})
