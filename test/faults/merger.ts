import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { until } from '../races/interleaving.js'
import type { TestDatabase } from '../support/databases.js'
import { startWorker, type Worker } from '../support/workers.js'
import type { MergeAnswer, MergeMessage, MergeRound } from './merge-rows.js'

/** A process that records and merges. If it was killed, it starts again and does its round from the beginning. */
export type Merger = {
  /** Returns what was answered. Each merge is announced by `onMerging`. */
  readonly perform: (round: MergeRound, onMerging: () => Promise<void>) => Promise<readonly MergeAnswer[]>
  readonly kill: () => Promise<unknown>
  /** Lets the server end the connections of the process. */
  readonly loseConnections: () => Promise<unknown>
  readonly end: () => Promise<unknown>
}

/** Starts the process of this number. */
export function startMerger(database: TestDatabase<'pg'>, index: number): Merger {
  const name = `merger ${index}`
  const start = (): Worker<MergeMessage> =>
    startWorker(new URL('./merge.worker.ts', import.meta.url), { url: database.url, index, name })
  let worker = start()
  let isKilled = false

  const perform: Merger['perform'] = async (round, onMerging) => {
    const answers: MergeAnswer[] = []
    let isDone = false
    worker.send(round)
    for await (const message of worker.messages()) {
      if (message.type === 'answered') answers.push(message)
      if (message.type === 'merging') await onMerging()
      isDone = message.type === 'done'
      if (isDone) break
    }
    // A kill may come when the round was just over.
    if (isDone && !isKilled) return answers
    expect(await worker.exited).toMatchObject({ signal: 'SIGKILL' })
    worker = start()
    isKilled = false
    return [...answers, ...(await perform(round, async () => {}))]
  }
  return {
    perform,
    kill: () => {
      isKilled = true
      return worker.kill()
    },
    loseConnections: () =>
      until(async () => {
        const ended = await database.rows(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = ${name}`)
        return ended.length > 0
      }),
    end: () => {
      worker.send(null)
      return worker.finished()
    },
  }
}
