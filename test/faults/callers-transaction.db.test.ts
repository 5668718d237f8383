import { sql } from 'drizzle-orm'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { catalog, lesson, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { describeOnEachPath } from '../races/both-paths.js'
import { describeOnEach, everyDriver } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'

const { userProgress } = milepostTables()
const nothing = { completions: 0, metrics: 0, standings: 0 }

describeOnEachPath(() => {
  describeOnEach(everyDriver, "in the caller's transaction", database => {
    let service: MilestoneService
    let announced: string[]
    beforeEach(() => {
      announced = []
      service = createMilestoneService({ db: database.db, catalog })
      service.onAwarded(({ badge }) => void announced.push(badge.id))
    })

    const stored = async () => {
      const [row] = await database.rows(sql`SELECT
      (SELECT count(*)::int FROM milepost.user_progress) AS completions,
      (SELECT count(*)::int FROM milepost.user_metrics) AS metrics,
      (SELECT count(*)::int FROM milepost.user_standings) AS standings`)
      return row
    }
    // By name: how their dates follow one another depends on the clock's ticks.
    const idsOf = async (userId: string) => [...(await service.getUserProgress(userId)).completedMilestones].sort()

    test('a recording commits with it', async () => {
      const awarded = await database.db.transaction(async tx => {
        const results = await service.record([read('ann'), write('ann')], { db: tx })
        expect((await service.getUserProgress('ann', { db: tx })).completedMilestones).toEqual(['both'])
        expect(await service.getUserBadges('ann', { db: tx })).toHaveLength(1)
        return results.flatMap(({ awarded }) => awarded)
      })
      expect(awarded.map(({ id }) => id)).toEqual(['both'])
      expect(await idsOf('ann')).toEqual(['both'])
      expect(await service.verify()).toEqual([])
    })

    test('a recording rolls back with it', async () => {
      const rolledBack = database.db.transaction(async tx => {
        const results = await service.record([read('ann'), write('ann'), ...lessons('bob', 10)], { db: tx })
        expect(results.flatMap(({ awarded }) => awarded)).toHaveLength(2)
        throw new Error('the order failed')
      })
      await expect(rolledBack).rejects.toThrow('the order failed')
      expect(await stored()).toEqual(nothing)
      expect(await idsOf('ann')).toEqual([])
    })

    test('what a recount awards commits and rolls back with it', async () => {
      const { db } = database
      await db.insert(userProgress).values([read('ann'), write('ann')])
      const rolledBack = db.transaction(async tx => {
        expect(await service.checkAndAwardMilestones('ann', { db: tx })).toHaveLength(1)
        throw new Error('the order failed')
      })
      await expect(rolledBack).rejects.toThrow('the order failed')
      expect(await stored()).toEqual({ ...nothing, completions: 2 })
      await db.transaction(tx => service.checkAndAwardMilestones('ann', { db: tx }))
      expect(await idsOf('ann')).toEqual(['both'])
      expect(await service.verify()).toEqual([])
    })

    test("the host's own rows and the recording stay or go together", async () => {
      const { db } = database
      const order = (tx: DrizzleDatabase, itemKey: string) => tx.insert(userProgress).values(lesson('host', itemKey))
      const failed = db.transaction(async tx => {
        await order(tx, 'failed')
        await service.record(read('ann'), { db: tx })
        await order(tx, 'failed')
      })
      await expect(failed).rejects.toThrow()
      expect(await stored()).toEqual(nothing)
      await db.transaction(async tx => {
        await order(tx, 'paid')
        await service.record(read('ann'), { db: tx })
      })
      expect(await stored()).toMatchObject({ completions: 2 })
    })

    test('listeners are not called for awards that the host can still roll back', async () => {
      await database.db.transaction(tx => service.record([read('ann'), write('ann')], { db: tx }))
      await service.record([read('bob'), write('bob')])
      expect(announced).toEqual(['both'])
    })

    test('an error that the host catches undoes the call, and the transaction continues', async () => {
      await failOnBadges()
      const { db } = database
      await service.record(read('ann'))
      await db.transaction(async tx => {
        await service.record(lesson('ann', 'before'), { db: tx })
        await expect(service.record(write('ann'), { db: tx })).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
        await service.record(lesson('ann', 'after'), { db: tx })
      })
      expect(await stored()).toMatchObject({ completions: 3 })
      expect(await service.verify()).toEqual([])
    })

    test('the transaction continues after a refused argument', async () => {
      await database.db.transaction(async tx => {
        await expect(service.record(lesson('', 'x'), { db: tx })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
        await service.record(lesson('ann', 'x'), { db: tx })
      })
      expect(await stored()).toMatchObject({ completions: 1 })
    })

    test("what is recorded in a savepoint of the host's goes with it, and the rest stays", async () => {
      await database.db.transaction(async tx => {
        await service.record(read('ann'), { db: tx })
        const undone = tx.transaction(async savepoint => {
          expect((await service.record(write('ann'), { db: savepoint })).awarded).toHaveLength(1)
          throw new Error('undone')
        })
        await expect(undone).rejects.toThrow('undone')
        expect((await service.record(lesson('ann', 'x'), { db: tx })).status).toBe('recorded')
      })
      expect(await stored()).toMatchObject({ completions: 2 })
      expect(await idsOf('ann')).toEqual([])
      expect(await service.verify()).toEqual([])
    })

    test('calls made in parallel in one transaction all take effect, each badge once', async () => {
      const results = await database.db.transaction(tx =>
        Promise.all([
          ...lessons('ann', 12).map(completion => service.record(completion, { db: tx })),
          service.record(read('ann'), { db: tx }),
          service.record(write('ann'), { db: tx }),
          service.record(write('ann'), { db: tx }),
        ]),
      )
      expect(results.filter(({ status }) => status === 'duplicate')).toHaveLength(1)
      expect(await idsOf('ann')).toEqual(['both', 'ten'])
      expect(await service.verify()).toEqual([])
    })

    test('a call that fails among parallel ones takes none of the others with it', async () => {
      await failOnBadges()
      await service.record(read('ann'))
      const outcomes = await database.db.transaction(tx =>
        Promise.allSettled([
          service.record(lesson('ann', 'a'), { db: tx }),
          service.record(write('ann'), { db: tx }),
          service.checkAndAwardMilestones('ann', { db: tx }),
          service.record(lesson('ann', 'b'), { db: tx }),
        ]),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      expect(await stored()).toMatchObject({ completions: 3 })
      expect(await service.verify()).toEqual([])
    })

    async function failOnBadges(): Promise<void> {
      await database.rows(sql`CREATE OR REPLACE FUNCTION milepost.fail() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN RAISE ''no badge today''; END'`)
      await database.rows(sql`CREATE TRIGGER fail_on_badge BEFORE INSERT ON milepost.user_progress FOR EACH ROW
      WHEN (NEW.category = 'milestone_badge') EXECUTE FUNCTION milepost.fail()`)
      onTestFinished(async () => void (await database.rows(sql`DROP TRIGGER fail_on_badge ON milepost.user_progress`)))
    }
  })
})
