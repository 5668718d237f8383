import pg from 'pg'
import { beProgram } from './program.js'

/** A writer that does what recording does to the tables, in any version of them. `userCount`: users by number, from 0. */
export type HostWriterSpec = { readonly url: string; readonly userCount: number }

let longestMs = 0

beProgram<HostWriterSpec>(
  async ({ url, userCount }) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    void writeOnAndOn(client, userCount)
    return {}
  },
  () => {
    const read = longestMs
    longestMs = 0
    return read
  },
)

async function writeOnAndOn(client: pg.Client, userCount: number): Promise<void> {
  for (let n = 0; ; n++) {
    const startedAt = performance.now()
    await client.query(
      `with stored as (
          insert into milepost.user_progress (user_id, category, item_key) values ($1, 'lesson', $2)
        ), moved as (
          update milepost.user_standings set points = points + 1 where user_id = $1
        )
        update milepost.user_metrics set value = value + 1, previous = value where user_id = $1 and metric = 'count:lesson'`,
      [`user ${n % userCount}`, `new ${n}`],
    )
    longestMs = Math.max(longestMs, performance.now() - startedAt)
  }
}
