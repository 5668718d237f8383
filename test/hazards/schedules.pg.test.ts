import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { openGatedPool } from '../faults/gated-pool.js'
import { describeOnEachPath } from '../races/both-paths.js'
import { openTransaction, until, untilBlocked } from '../races/interleaving.js'
import { describeOnEach, everyPostgres, type TestDatabase } from '../support/databases.js'
import { catalog, lesson, lessons, nextCatalog, other, read, write } from './schedule-catalogs.js'

// Orders of steps that break a recording path which looks right, each brought about by hand: a transaction that stays
// open holds what the next one waits for.
const { userProgress } = milepostTables()

describeOnEachPath(() => {
  describeOnEach(everyPostgres, 'schedules', database => {
    let service: MilestoneService
    const idsOf = async (userId: string) => [...(await service.getUserProgress(userId)).completedMilestones].sort()
    beforeEach(() => {
      service = createMilestoneService({ db: database.db, catalog })
    })

    test('schedule 1: two writers of a new user follow one another, and the second sees what the first counted', async () => {
      const first = await openTransaction(database.db)
      await service.record(read('new'), { db: first.tx })
      const second = await openTransaction(database.db)
      const recorded = service.record(write('new'), { db: second.tx })
      await untilBlocked(database)
      await first.commit()
      expect((await recorded).awarded.map(({ id }) => id)).toEqual(['both'])
      await second.commit()
      expect(await idsOf('new')).toEqual(['both'])
    })

    test('schedule 1: the second writer of a new user counts alone when the first rolls back', async () => {
      const first = await openTransaction(database.db)
      await service.record(read('new'), { db: first.tx })
      const recorded = service.record(write('new'))
      await untilBlocked(database)
      await first.rollback()
      expect((await recorded).awarded).toEqual([])
      expect((await service.record(read('new', 'again'))).awarded.map(({ id }) => id)).toEqual(['both'])
      expect(await service.verify()).toEqual([])
    })

    test.each(['repeatable read', 'serializable'] as const)(
      'schedule 2: a %s transaction is refused, since it would not see what was committed before its lock',
      async isolationLevel => {
        const { db } = database
        await service.record(lesson('ann', 'before'))
        const host = await openTransaction(db, { isolationLevel })
        await host.tx.execute(sql`SELECT 1`)
        await service.record(read('ann'))
        for (const call of [
          () => service.record(write('ann'), { db: host.tx }),
          () => service.record(write('somebody new'), { db: host.tx }),
          () => service.checkAndAwardMilestones('ann', { db: host.tx }),
          () => service.record(read('ann'), { db: host.tx }),
        ]) {
          await expect(call()).rejects.toMatchObject({ code: 'TRANSACTION_ISOLATION' })
        }
        await host.commit()
        expect((await service.record(write('ann'))).awarded.map(({ id }) => id)).toEqual(['both'])
        expect((await service.record(write('somebody new'))).status).toBe('recorded')
      },
    )

    test('schedule 3: what an old process stores while the user is counted with a new catalog is counted', async () => {
      const { db } = database
      const next = createMilestoneService({ db, catalog: nextCatalog })
      await next.record(lesson('ann', 'before'))
      // The new process counts the user and does not see what the old one has stored and not yet counted.
      const counting = await openTransaction(db)
      await next.checkAndAwardMilestones('ann', { db: counting.tx })
      const old = await openTransaction(db)
      const storing = service.record(other('ann', 'first'), { db: old.tx })
      await untilBlocked(database)
      await counting.commit()
      await storing
      await old.commit()
      expect((await next.record(other('ann', 'second'))).awarded.map(({ id }) => id)).toEqual(['one-of-each'])
      expect(await next.verify()).toEqual([])
    })

    test('schedule 4: a recount that lifts a metric over its target awards it', async () => {
      await service.record(lessons('ann', 8))
      await database.db.insert(userProgress).values(['a', 'b', 'c', 'd'].map(itemKey => lesson('ann', itemKey)))
      expect((await service.checkAndAwardMilestones('ann')).map(({ id }) => id)).toEqual(['ten'])
      await service.record(lessons('bob', 8))
      await database.db.insert(userProgress).values(['a', 'b', 'c', 'd'].map(itemKey => lesson('bob', itemKey)))
      expect(await service.rebuild('bob')).toEqual({ userCount: 1, awardedCount: 1 })
      expect(await idsOf('bob')).toEqual(['ten'])
    })

    test('schedule 5: a host that records for a user whom its own process waits for is never the victim of a deadlock', async () => {
      const host = await openTransaction(database.db)
      await service.record(lesson('ann', 'x'), { db: host.tx })
      // Stores `y`, then waits for the user whom the host holds.
      const gathered = service.record(lesson('ann', 'y'))
      await untilBlocked(database)
      expect((await service.record(lesson('ann', 'y'), { db: host.tx })).status).toBe('recorded')
      await host.commit()
      expect((await gathered).status).toBe('duplicate')
      expect(await service.verify()).toEqual([])
    })

    test('schedule 5: nor is a host that began to wait before its own process did', async () => {
      const { pool, setGate } = openGatedPool(database.url, 2)
      onTestFinished(() => pool.end())
      const slow = createMilestoneService({ db: drizzle(pool), catalog })
      const host = await openTransaction(database.db)
      // Who waits is looked at after a second. Instead of meeting that moment, the test looks how long the process would wait.
      await host.tx.execute(sql`SET LOCAL deadlock_timeout = '1h'`)
      await service.record(lesson('ann', 'x'), { db: host.tx })
      let lockWait: string | undefined
      const hasStored = new Promise<void>(resolve => {
        let isStored = false
        setGate(async (statement, client) => {
          if (isStored && statement.includes('for no key update'))
            lockWait ??= (await client.query('SHOW lock_timeout')).rows[0].lock_timeout
          if (isStored || !statement.includes('insert into "milepost"."user_progress"')) return undefined
          isStored = true
          return async () => {
            resolve()
            await until(() => hasWaited(database, '600 ms'))
          }
        })
      })
      const gathered = slow.record(lesson('ann', 'y'))
      gathered.catch(() => {})
      await hasStored
      expect((await service.record(lesson('ann', 'y'), { db: host.tx })).status).toBe('recorded')
      await host.commit()
      expect((await gathered).status).toBe('duplicate')
      expect(lockWait).toBe('1ms')
    })

    test('schedule 6: an error between metrics and badges that the host catches leaves nothing of the call', async () => {
      await service.record(lessons('ann', 9))
      await database.rows(
        sql`ALTER TABLE milepost.user_progress ADD CONSTRAINT no_badge_today CHECK (category <> 'milestone_badge') NOT VALID`,
      )
      const host = await openTransaction(database.db)
      await expect(service.record(lesson('ann', 'the tenth'), { db: host.tx })).rejects.toMatchObject({
        code: 'DATABASE_FAILED',
      })
      await host.commit()
      await database.rows(sql`ALTER TABLE milepost.user_progress DROP CONSTRAINT no_badge_today`)
      expect(await service.verify()).toEqual([])
      const { status, awarded } = await service.record(lesson('ann', 'the tenth'))
      expect({ status, ids: awarded.map(({ id }) => id) }).toEqual({ status: 'recorded', ids: ['ten'] })
    })

    test('schedule 7: a call that waits for its own transaction ends in USER_BUSY, and other users do not wait with it', async () => {
      const [impatient, patient] = [1_500, 10 * 60_000].map(patienceMs =>
        createMilestoneService({ db: database.db, catalog, patienceMs }),
      ) as [MilestoneService, MilestoneService]
      const forgotten = await database.db.transaction(async tx => {
        await patient.record(lesson('ann', 'x'), { db: tx })
        await expect(impatient.record(lesson('ann', 'y'))).rejects.toMatchObject({ code: 'USER_BUSY' })
        let isPending = true
        // Goes along with the calls behind it in one batch, as the first call of all is alone under way.
        const others = [patient.record(lesson('bob', 'x'))]
        const waiting = patient.record(lesson('ann', 'z')).finally(() => {
          isPending = false
        })
        for (let i = 0; i < 20; i++) others.push(patient.record(lesson(`user ${i}`, 'x')))
        expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 'recorded'))
        expect((await patient.record(lesson('bob', 'y'))).status).toBe('recorded')
        expect(isPending).toBe(true)
        return { waiting }
      })
      expect((await forgotten.waiting).status).toBe('recorded')
      expect((await impatient.record(lesson('ann', 'y'))).status).toBe('recorded')
      expect(await impatient.verify()).toEqual([])
    })

    test('schedule 7: calls gathered behind a held lock succeed when it is let go', async () => {
      const host = await openTransaction(database.db)
      await service.record(lesson('ann', 'x'), { db: host.tx })
      const calls = ['a', 'b', 'c'].map(itemKey => service.record(lesson('ann', itemKey)))
      await untilBlocked(database)
      await host.commit()
      expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded'])
      expect(await service.verify()).toEqual([])
    })

    // Undo comes later; what holds already is that a recount finds the least fixpoint: nothing rests on itself.
    test('schedule 8: no badge is earned by its own points', async () => {
      const selfish = parseCatalog({
        milestones: [
          { id: 'a', title: 'A', requirement: { type: 'points', target: 100 }, reward: { points: 50 } },
          { id: 'b', title: 'B', requirement: { type: 'count', category: 'read', target: 1 }, reward: { points: 60 } },
          { id: 'd', title: 'D', requirement: { type: 'count', category: 'write', target: 1 }, reward: { points: 40 } },
        ],
      })
      const points = createMilestoneService({ db: database.db, catalog: selfish })
      const held = async (userId: string) => [...(await points.getUserProgress(userId)).completedMilestones].sort()
      await points.record(read('ann'))
      expect(await points.checkAndAwardMilestones('ann')).toEqual([])
      expect(await held('ann')).toEqual(['b'])
      expect((await points.record(write('ann'))).awarded.map(({ id }) => id).sort()).toEqual(['a', 'd'])
      await points.record([write('bob'), read('bob')])
      expect(await held('bob')).toEqual(['a', 'b', 'd'])
      expect(await points.verify()).toEqual([])
    })
  })
})

/** Tells whether a connection has waited for a lock for longer than this. */
async function hasWaited({ rows, isCluster }: TestDatabase, interval: string): Promise<boolean> {
  const counting = `SELECT count(*)::text AS result FROM pg_stat_activity WHERE datname = current_database()
    AND cardinality(pg_blocking_pids(pid)) > 0 AND query_start < clock_timestamp() - interval '${interval}'`
  const counts = await rows<{ result: string }>(
    isCluster ? sql`SELECT result FROM run_command_on_all_nodes(${counting})` : sql.raw(counting),
  )
  return counts.some(({ result }) => result !== '0')
}
