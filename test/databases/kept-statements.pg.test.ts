import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { bothPaths, takePath } from '../support/record-path.js'

const catalog = defineCatalog({
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})
const twice = defineCatalog({
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } }],
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

  // As behind a pooler that gives the connection to somebody else in between.
  test.each(bothPaths)('are sent again when the server has lost them, recording by %s', async path => {
    takePath(path)
    onTestFinished(() => takePath())
    const pool = new pg.Pool({ connectionString: database.url, max: 2 })
    onTestFinished(() => pool.end())
    const service = createMilestoneService({ db: pool, catalog: twice })
    for (const itemKey of ['a', 'b', 'c']) await service.record({ userId: 'ann', category: 'lesson', itemKey })
    const { rows } = await pool.query('SELECT name FROM pg_prepared_statements')
    expect(rows).not.toEqual([])
    await pool.query('DEALLOCATE ALL')
    expect((await service.record({ userId: 'ann', category: 'lesson', itemKey: 'd' })).status).toBe('recorded')
    expect(pool.totalCount).toBe(1)
    expect(await service.verify()).toEqual([])
  })
})
