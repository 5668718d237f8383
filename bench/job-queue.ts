import { PgBoss } from 'pg-boss'
import type { Recorder } from './recording.js'

const queue = 'completions'

/**
 * Enqueues one job per completion with pg-boss and does nothing else: `send` for one completion, `insert` for a list. It returns the
 * number of planned badges, although it awards none.
 */
export async function openJobQueue(url: string): Promise<Recorder> {
  const boss = new PgBoss({ connectionString: url, migrate: false, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  return {
    record: async ({ completions, badges }) => {
      if (completions.length === 1) await boss.send(queue, completions[0]!)
      else
        await boss.insert(
          queue,
          completions.map(data => ({ data })),
        )
      return badges.length
    },
    close: () => boss.stop({ graceful: false }),
  }
}

/** Makes the tables and the queue. */
export async function installJobQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  await boss.start()
  await boss.createQueue(queue)
  await boss.stop({ graceful: false })
}
