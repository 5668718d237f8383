import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrate } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const requirements = [
  { type: 'count', category: 'quiz', target: 2 },
  { type: 'total', category: 'quiz', property: 'score', target: 100 },
  { type: 'best', category: 'quiz', property: 'score', target: 90 },
  { type: 'best', category: 'quiz', property: 'score', target: 90, during: 'day' },
  { type: 'streak', category: 'quiz', every: 'day', target: 3 },
]
const milestones = requirements.map((requirement, i) => ({ id: `m${i}`, title: `M${i}`, requirement }))
const quiz = (itemKey: string, score: number) => ({ userId: 'ann', category: 'quiz', itemKey, metadata: { score } })
const folds = {
  'count:quiz': 'sum',
  'total:quiz:score': 'sum',
  'best:quiz:score': 'maximum',
  'daily-best:quiz:score': 'stepped',
  'daily-streak:quiz': 'stepped',
}

describeOnEach(everyDatabase, 'the fold of a metric', database => {
  const storedFolds = async (schema = 'milepost'): Promise<Record<string, string>> => {
    const rows = await database.rows<{ metric: string; fold: string }>(
      sql`select metric, fold from ${sql.identifier(schema)}.user_metrics where period = ''`,
    )
    return Object.fromEntries(rows.map(({ metric, fold }) => [metric, fold]))
  }

  test('is stored the same way by record and by a recount', async () => {
    const service = clockedService(database.host.db, { milestones })
    await service.record([quiz('a', 40), quiz('b', 60)])
    expect(await storedFolds()).toEqual(folds)
    await database.rows(sql`delete from milepost.user_metrics`)
    await service.rebuild()
    expect(await storedFolds()).toEqual(folds)
  })

  test('that was stored wrongly is put right by a recount', async () => {
    const service = clockedService(database.host.db, { milestones })
    await service.record(quiz('a', 40))
    await database.rows(sql`update milepost.user_metrics set fold = 'sum', value = value + 1`)
    await service.rebuild()
    expect(await storedFolds()).toEqual(folds)
  })

  test('keeps the highest value of a batch, and of what was there before', async () => {
    const service = clockedService(database.host.db, { milestones })
    await service.record([quiz('a', 40), quiz('b', 60)])
    await service.record(quiz('c', 50))
    const values = await database.rows<{ value: string }>(
      sql`select value::text as value from milepost.user_metrics where metric = 'best:quiz:score'`,
    )
    expect(values).toEqual([{ value: '60' }])
    expect(await service.verify()).toEqual([])
  })

  test('of rows from before there was one is read off their names, once', async () => {
    const schema = 'before_folds'
    const table = sql`${sql.identifier(schema)}.user_metrics`
    await migrate(database.host.db, { schema })
    await database.rows(sql`alter table ${table} drop column fold`)
    await database.rows(sql`delete from ${sql.identifier(schema)}.migrations where name = '0017_metric_fold'`)
    for (const metric of Object.keys(folds)) {
      await database.rows(
        sql`insert into ${table} (user_id, metric, value, previous, last_at) values ('ann', ${metric}, 1, 0, now())`,
      )
    }
    expect(await migrate(database.host.db, { schema })).toEqual(['0017_metric_fold'])
    expect(await storedFolds(schema)).toEqual(folds)
    await database.rows(sql`drop schema ${sql.identifier(schema)} cascade`)
  })
})
