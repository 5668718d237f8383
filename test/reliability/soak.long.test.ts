import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { names, randomFrom } from '../races/lists.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { isLong, scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import type { SoakReport } from './soak.worker.js'
import { tried } from './tried.js'

const minuteCount = scale(1, 60)
const laneCount = 4
const userCount = 2_000

type Sample = { readonly heapMb: number; readonly connectionCount: number; readonly updatedMb: number }

test(`a server that is used for ${minuteCount} minutes takes no more memory, connections and room in the end`, async () => {
  const database = await openDatabase('pg')
  onTestFinished(() => database.close())
  const worker = startWorker<SoakReport>(new URL('./soak.worker.ts', import.meta.url), { url: database.url })
  onTestFinished(async () => void (await worker.kill()))
  const { address } = (await worker.next()) as { readonly address: string }
  const endsAt = performance.now() + minuteCount * 60_000
  const isOver = () => performance.now() >= endsAt
  const faults: string[] = []
  const lanes = names('lane', laneCount).map((name, i) => useServer({ address, name, seed: i, isOver, faults }))
  const samples: Sample[] = []
  const sampling = (async () => {
    while (!isOver()) {
      await new Promise(resolve => setTimeout(resolve, 5_000))
      worker.send('report')
      const { heapMb, connectionCount } = (await worker.next()) as Omit<Sample, 'updatedMb'>
      samples.push({ heapMb, connectionCount, updatedMb: await updatedMb(database) })
    }
  })()
  await Promise.all([...lanes, sampling])
  expect(faults).toEqual([])
  const [, middle, last] = thirdsOf(samples)
  const told = JSON.stringify({ middle, last })
  expect(Math.max(...samples.map(({ connectionCount }) => connectionCount))).toBeLessThanOrEqual(8)
  // What leaks goes on growing for an hour.
  expect(last!.heapMb, told).toBeLessThan(middle!.heapMb * 1.2 + 5)
  expect(last!.updatedMb, told).toBeLessThan(middle!.updatedMb * 1.2 + 1)
  if (isLong) console.log(`After ${minuteCount} minutes: ${told}`)
  tried('minutes', minuteCount)
})

type Lane = {
  readonly address: string
  readonly name: string
  readonly seed: number
  readonly isOver: () => boolean
  readonly faults: string[]
}

/** Does what apps do, one call after the other. */
async function useServer({ address, name, seed, isOver, faults }: Lane): Promise<void> {
  const random = randomFrom(seed)
  const call = async (method: string, path: string, body?: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(address + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (response.status >= 400) faults.push(`${method} ${path}: ${response.status} ${await response.text()}`)
    else await response.arrayBuffer()
  }
  let last = ''
  for (let number = 0; !isOver(); number += 1) {
    const userId = `user-${Math.floor(random() * userCount)}`
    const lesson = (n: number) => ({ userId, category: 'lesson', itemKey: `${name} ${number} ${n}` })
    const choice = random()
    if (choice < 0.6) {
      await call('POST', '/v1/completions', lesson(0))
      last = `/v1/users/${userId}/completions/lesson/${encodeURIComponent(lesson(0).itemKey)}`
    } else if (choice < 0.7) await call('POST', '/v1/completions', [0, 1, 2].map(lesson))
    else if (choice < 0.75 && last !== '') await call('DELETE', last)
    else if (choice < 0.9) await call('GET', `/v1/users/${userId}/progress`)
    else if (choice < 0.95) await call('GET', `/v1/leaderboard?limit=20&around=${userId}`)
    else if (choice < 0.97) await call('GET', '/v1/statistics')
    else await lookIn(`${address}/v1/stream?userId=${userId}`)
  }
}

/** Opens a live stream, waits for its first words and leaves. */
async function lookIn(url: string): Promise<void> {
  const leaving = new AbortController()
  const { body } = await fetch(url, { signal: leaving.signal })
  await body?.getReader().read()
  leaving.abort()
}

/** The size of the tables whose rows are updated again and again: the number of rows stays as it is. */
async function updatedMb({ rows }: TestDatabase): Promise<number> {
  const [row] = await rows<{ mb: number }>(
    sql`SELECT (pg_total_relation_size('milepost.user_standings') + pg_total_relation_size('milepost.user_metrics'))::float8
      / 1000000 AS mb`,
  )
  return row!.mb
}

function thirdsOf(samples: readonly Sample[]): readonly Omit<Sample, 'connectionCount'>[] {
  const size = Math.floor(samples.length / 3)
  return [0, 1, 2].map(i => {
    const own = samples.slice(i * size, (i + 1) * size)
    return { heapMb: median(own.map(({ heapMb }) => heapMb)), updatedMb: median(own.map(({ updatedMb }) => updatedMb)) }
  })
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
