import { Hono } from 'hono'
import type { MilestoneService } from 'milepost'
import type pg from 'pg'

type Statement = { readonly text: string; readonly values: readonly unknown[] }

const probe = 'a-user-to-find-the-statements-by'

/** A route on Hono alone that sends what `getUserProgress` sends, and answers with the rows as they come. */
export async function bareProgressHandler(
  pool: pg.Pool,
  service: MilestoneService,
): Promise<(request: Request) => Promise<Response>> {
  const statements = await statementsOf(pool, () => service.getUserProgress(probe))
  const app = new Hono()
  app.get('/v1/users/:userId/progress', async c => {
    const userId = c.req.param('userId')
    const answers: unknown[] = []
    for (const { text, values } of statements) {
      const { rows } = await pool.query(
        text,
        values.map(value => (typeof value === 'string' ? value.replaceAll(probe, userId) : value)),
      )
      answers.push(rows)
    }
    return c.json(answers)
  })
  return async request => app.fetch(request)
}

async function statementsOf(pool: pg.Pool, call: () => Promise<unknown>): Promise<readonly Statement[]> {
  const seen: Statement[] = []
  const query = pool.query
  pool.query = ((statement: { readonly text: string }, values: readonly unknown[] = []) => {
    seen.push({ text: statement.text, values })
    return (query as (...args: unknown[]) => unknown).call(pool, statement, values)
  }) as typeof pool.query
  await call()
  pool.query = query
  if (seen.length === 0) throw new Error('getUserProgress sent nothing through the pool')
  return seen
}
