import type { CompletionInput } from '../../src/index.js'
import { startWorkers } from '../support/workers.js'
import { processCount } from './storm-catalog.js'

/** What the processes of a storm do in one round, all at once. */
export type StormTask =
  | {
      readonly type: 'take over targets' | 'take over targets of two catalogs' | 'record and recount'
      readonly userIds: readonly string[]
    }
  | { readonly type: 'take places'; readonly userIds: readonly string[]; readonly undoes: boolean }
  | { readonly type: 'record one key' | 'spend'; readonly userIds: readonly string[]; readonly callCount: number }
  | {
      readonly type: 'record batches'
      readonly completions: readonly CompletionInput[]
      readonly batchSize: number
      readonly seed: number
    }
  | { readonly type: 'end' }

/** What one process tells of a round. */
export type StormAnswer = {
  /** As `user: badge`, heard from `onAwarded`. */
  readonly awards: string[]
  /** As `user itemKey`, of batches. */
  readonly recorded: string[]
  /** As `user status: badges`, of calls with one completion; as `user status`, of coins that are spent. */
  readonly answers: string[]
  /** Every error of the server, those included after which the library tried again. */
  readonly sqlStates: string[]
  /** What reached a caller. */
  readonly errors: string[]
}

/** Four processes of eight connections each to one database. */
export type Crew = {
  /** Gives all of them the same task at the same moment and returns what they tell, joined. */
  readonly perform: (task: StormTask) => Promise<StormAnswer>
  readonly end: () => Promise<void>
}

/** Starts the processes; they stand ready when this returns. */
export async function startCrew(url: string): Promise<Crew> {
  const args = Array.from({ length: processCount }, (_, processIndex) => ({ url, processIndex }))
  const workers = startWorkers<StormAnswer>(new URL('./storm.worker.ts', import.meta.url), args)
  await Promise.all(workers.map(worker => worker.next()))
  return {
    perform: async task => {
      for (const worker of workers) worker.send(task)
      return joined(await Promise.all(workers.map(worker => worker.next())))
    },
    end: async () => {
      for (const worker of workers) worker.send({ type: 'end' } satisfies StormTask)
      await Promise.all(workers.map(worker => worker.finished()))
    },
  }
}

/** Joins what was told in several rounds, or by several processes. */
export function joined(answers: readonly StormAnswer[]): StormAnswer {
  return {
    awards: answers.flatMap(({ awards }) => awards),
    recorded: answers.flatMap(({ recorded }) => recorded),
    answers: answers.flatMap(({ answers }) => answers),
    sqlStates: answers.flatMap(({ sqlStates }) => sqlStates),
    errors: answers.flatMap(({ errors }) => errors),
  }
}
