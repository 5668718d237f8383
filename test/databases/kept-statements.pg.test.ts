import pg from 'pg'
import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'

const catalog = defineCatalog({
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})

describeOnEach(['pg'], 'statements of recording', database => {
  test.each([
    { preparedStatements: undefined, areKept: true },
    { preparedStatements: true, areKept: true },
    { preparedStatements: false, areKept: false },
  ])('with preparedStatements $preparedStatements stay prepared: $areKept', async ({ preparedStatements, areKept }) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 })
    const service = createMilestoneService({
      ...{ db: pool, catalog },
      ...(preparedStatements !== undefined && { preparedStatements }),
    })
    await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    const { rows } = await pool.query('SELECT name FROM pg_prepared_statements')
    expect(rows.length > 0).toBe(areKept)
    await pool.end()
  })
})
