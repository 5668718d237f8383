import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../../src/index.js'
import { type Counts, createCounts } from '../../../src/service/read/counts.js'
import { run } from '../../../src/store/database/database.js'
import { sessionOf } from '../../../src/store/database/session-of.js'
import { sql as statement } from '../../../src/store/database/sql.js'
import { tablesIn } from '../../../src/store/schema/tables.js'
import { describeOnEach } from '../../support/databases.js'

type Process = {
  readonly counts: Counts<string, { readonly made: string; readonly timeout: string }>
  readonly faults: unknown[]
  readonly counted: () => number
  readonly fail: () => void
}

describeOnEach(['pg'], 'long counts', database => {
  /** A process with a pool of its own, in which a count of any duration is long unless told otherwise. */
  function processOf(name: string, { longMs = 0, gate = Promise.resolve() } = {}): Process {
    const pool = new pg.Pool({ connectionString: database.url, max: 3, statement_timeout: 20_000 })
    onTestFinished(() => pool.end())
    const faults: unknown[] = []
    let times = 0
    let isBroken = false
    const counts = createCounts<string, { made: string; timeout: string }>(
      { db: sessionOf(pool), tables: tablesIn(), onFailure: error => faults.push(error), longMs },
      {
        nameOf: key => key,
        count: async (_key, db) => {
          times += 1
          await gate
          if (isBroken) throw new TypeError('cannot count')
          const [row] = await run<{ value: string }>(
            db,
            statement`select current_setting('statement_timeout') as value`,
          )
          return { made: `${name} ${times}`, timeout: row!.value }
        },
        toJson: counted => counted,
        fromJson: json => json as { made: string; timeout: string },
      },
    )
    return {
      counts,
      faults,
      counted: () => times,
      fail: () => {
        isBroken = true
      },
    }
  }
  const makeDue = () => database.rows(sql`update milepost.kept_counts set due_at = '2020-01-01'`)
  const stored = () =>
    database.rows<{ name: string; made: string }>(
      sql`select name, figures ->> 'made' as made from milepost.kept_counts order by name`,
    )

  test('are made once for all processes, without the time limit of a statement', async () => {
    const [first, second] = [processOf('first'), processOf('second')]
    expect(await first.counts.get('a')).toEqual({ made: 'first 1', timeout: '0' })
    expect((await second.counts.get('a')).made).toBe('first 1')
    expect((await second.counts.get('b')).made).toBe('second 1')
    expect(await stored()).toEqual([
      { name: 'a', made: 'first 1' },
      { name: 'b', made: 'second 1' },
    ])
  })

  test('are repeated in the background by one process once they are due, and nobody waits', async () => {
    await processOf('before').counts.get('a')
    await makeDue()
    let open = (): void => {}
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const others = ['one', 'two', 'three'].map(name => processOf(name, { gate }))
    const answers = await Promise.all(others.map(({ counts }) => counts.get('a')))
    expect(answers.map(({ made }) => made)).toEqual(['before 1', 'before 1', 'before 1'])
    open()
    await expect.poll(stored).not.toEqual([{ name: 'a', made: 'before 1' }])
    expect(others.reduce((sum, { counted }) => sum + counted(), 0)).toBe(1)
    const renewing = others.find(({ counted }) => counted() === 1)!
    await expect.poll(async () => (await renewing.counts.get('a')).made).not.toBe('before 1')
    const [row] = await stored()
    expect((await processOf('after').counts.get('a')).made).toBe(row!.made)
  })

  test('keep what was counted before if that fails, and report it', async () => {
    await processOf('before').counts.get('a')
    await makeDue()
    const broken = processOf('broken')
    broken.fail()
    expect((await broken.counts.get('a')).made).toBe('before 1')
    await expect.poll(() => broken.faults).toEqual([expect.objectContaining({ message: 'cannot count' })])
    expect((await broken.counts.get('a')).made).toBe('before 1')
    await expect(broken.counts.get('b')).rejects.toThrow('cannot count')
  })

  test('are not older than the caller wants', async () => {
    const before = processOf('before')
    await before.counts.get('a')
    await database.rows(sql`update milepost.kept_counts set counted_at = ${new Date(Date.now() - 600_000)}`)
    const after = processOf('after')
    expect((await after.counts.get('a', 3_600_000)).made).toBe('before 1')
    expect((await after.counts.get('a', 60_000)).made).toBe('after 1')
    expect((await before.counts.get('a', 0)).made).toBe('before 2')
  })

  test('are no longer stored once they are quick, and those not used for long are deleted', async () => {
    const slow = processOf('slow')
    for (let i = 0; i < 22; i++) await slow.counts.get(`key ${i}`)
    expect(await stored()).toHaveLength(20)
    await makeDue()
    const quick = processOf('quick', { longMs: 60_000 })
    await quick.counts.get('key 21')
    await expect.poll(stored).toHaveLength(19)
    await expect.poll(async () => (await quick.counts.get('key 21')).made).toBe('quick 1')
    await quick.counts.get('new')
    expect(await stored()).toHaveLength(19)
  })

  test('of statistics are the same in every process, and are counted again for another catalog', async () => {
    const serviceWith = (...ids: string[]) => {
      const pool = new pg.Pool({ connectionString: database.url, max: 3 })
      onTestFinished(() => pool.end())
      const milestones = ids.map(id => ({
        id,
        title: id,
        requirement: { type: 'count', category: 'lesson', target: 1 },
      }))
      return createMilestoneService({ db: pool, catalog: parseCatalog({ milestones }), onWarning: () => {} })
    }
    const service = serviceWith('one')
    await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    let passed = 0
    const clock = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + 2_000 * passed++)
    const before = await service.getMilestoneStatistics()
    vi.restoreAllMocks()
    expect(await stored()).toHaveLength(1)
    await service.record({ userId: 'bob', category: 'lesson', itemKey: 'a' })
    expect(await serviceWith('one').getMilestoneStatistics()).toEqual(before)
    const other = await serviceWith('one', 'two').getMilestoneStatistics()
    expect(other.milestones.map(({ holderCount }) => holderCount)).toEqual([2, 0])
  })
})
