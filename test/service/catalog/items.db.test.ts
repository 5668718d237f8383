import { expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { watched } from '../../support/watched.js'

const day = (n: number) => new Date(Date.UTC(2026, 0, n, 12))
const course = { type: 'count', category: 'lesson', items: { list: 'course:ts' } }
const milestone = (id: string, more: object = {}) => ({
  id,
  title: id,
  requirement: { ...course, ...more },
  reward: { points: 10 },
})
const catalog = parseCatalog({ milestones: [milestone('all'), milestone('most', { share: 0.5 })] })
const plain = parseCatalog({ milestones: [{ ...milestone('one'), requirement: { ...course, items: ['a'] } }] })

describeOnEach(everyDatabase, 'lists of items', database => {
  const serviceWith = (given = catalog, more: object = {}): MilestoneService =>
    createMilestoneService({
      db: database.host.db,
      catalog: given,
      onWarning: () => {},
      whenUnapplied: 'warn',
      ...more,
    })
  const lessons = (userId: string, keys: string) =>
    [...keys].map((itemKey, i) => ({ userId, category: 'lesson', itemKey, completedAt: day(i + 1) }))
  const badgesOf = async (service: MilestoneService, userId = 'ann') =>
    (await service.getUserBadges(userId)).map(({ id, earnedAt }) => `${id} on ${earnedAt.getUTCDate()}`)
  const shown = async (service: MilestoneService, userId = 'ann') => {
    const { milestones } = await service.getUserProgress(userId)
    return milestones.map(each => (each.isHidden ? '' : `${each.current} of ${each.target}`))
  }

  test('until a list has items, nobody earns what needs it, and completions of before count from then on', async () => {
    const service = serviceWith()
    await service.record(lessons('ann', 'ab'))
    expect([await badgesOf(service), await shown(service)]).toEqual([[], ['0 of 1', '0 of 1']])
    expect(await service.whatNext('ann')).toEqual([])
    const text = 'This badge cannot be earned at the moment.'
    expect((await service.explain('ann', 'all')).nextStep).toEqual({ type: 'none', because: 'unreachable', text })
    const report = await service.setItems('course:ts', ['b', 'a', 'c', 'a'], { by: 'eve', reason: 'published' })
    expect(report).toEqual({ version: 1, status: 'applied', userCount: 1, awardedCount: 1, revokedCount: 0 })
    expect([await badgesOf(service), await shown(service)]).toEqual([['most on 2'], ['2 of 3', '2 of 2']])
    expect(await service.whatNext('ann')).toMatchObject([{ id: 'all', step: { remaining: 1 } }])
    expect((await service.record(lessons('ann', 'abc').slice(2)))[0]!.awarded).toMatchObject([{ id: 'all' }])
    expect(await service.getItems('course:ts')).toEqual(['a', 'b', 'c'])
    expect(await service.getItemLists()).toMatchObject([{ list: 'course:ts', itemCount: 3, version: 1, by: 'eve' }])
    expect(await service.getCatalogVersions()).toMatchObject([{ list: 'course:ts', reason: 'published', by: 'eve' }])
    expect(await service.verify()).toEqual([])
  })

  test('a list that grows or shrinks moves progress at once, and badges stay or go by the policy', async () => {
    const service = serviceWith()
    await service.setItems('course:ts', ['a', 'b'])
    await service.record([...lessons('ann', 'ab'), ...lessons('bob', 'a')])
    expect(await badgesOf(service)).toEqual(['most on 1', 'all on 2'])
    await service.setItems('course:ts', ['a', 'c', 'd', 'e'])
    expect([await badgesOf(service), await shown(service)]).toEqual([
      ['most on 1', 'all on 2'],
      ['1 of 4', '1 of 2'],
    ])
    const report = await service.setItems('course:ts', ['a', 'c'], { policy: 'recompute' })
    expect(report).toMatchObject({ version: 3, awardedCount: 0, revokedCount: 1 })
    expect(await badgesOf(service)).toEqual(['most on 1'])
    expect(await service.verify()).toEqual([])
  })

  test('the plan shows what other items would do, writes nothing, and says which milestones a list is too short for', async () => {
    const service = serviceWith(parseCatalog({ milestones: [milestone('all'), milestone('three', { target: 3 })] }))
    await service.setItems('course:ts', ['a', 'b', 'c'])
    await service.record([...lessons('ann', 'ab'), ...lessons('bob', 'a')])
    const plan = await service.planItems('course:ts', ['a', 'b'])
    expect(plan).toMatchObject({ fromVersion: 1, affectedCount: 1 })
    expect(plan.changes.milestones.changed).toEqual([
      { id: 'all', sides: ['items'] },
      { id: 'three', sides: ['items'] },
    ])
    expect(plan.badges).toMatchObject([{ id: 'all', gained: { examples: ['ann'] } }])
    expect(plan.warnings).toMatchObject([{ type: 'list', id: 'three', list: 'course:ts', itemCount: 2 }])
    const emptied = await service.planItems('course:ts', [], { policy: 'recompute' })
    expect(emptied.warnings.map(({ message }) => message)).toEqual([
      'Nobody can reach "all" through the list "course:ts", which has no items. Set its items with setItems.',
      'Nobody can reach "three" through the list "course:ts", which has no items. Set its items with setItems.',
    ])
    expect(await service.getItems('course:ts')).toEqual(['a', 'b', 'c'])
    expect(await service.getCatalogVersions()).toHaveLength(1)
  })

  test('the next steps leave out what a list is too short for, also as a part or another time', async () => {
    const either = (ids: readonly string[]) => ({
      ...milestone(ids.join('-')),
      requirement: { type: 'any', of: ids.map(list => ({ ...course, items: { list }, target: 2 })) },
    })
    const often = { ...milestone('often', { target: 1 }), repeatable: {} }
    const three = milestone('three', { target: 3 })
    const service = serviceWith(
      parseCatalog({ milestones: [three, either(['none', 'course:ts']), either(['none', 'short']), often] }),
    )
    await service.setItems('short', ['a'])
    await service.setItems('course:ts', ['a', 'b'])
    const next = async () => (await service.whatNext('ann')).map(({ id, step }) => [id, step])
    expect(await next()).toMatchObject([
      ['none-course:ts', { requirement: { items: { list: 'course:ts' } } }],
      ['often@1', { remaining: 1 }],
    ])
    await service.record(lessons('ann', 'ab'))
    expect(await next()).toEqual([])
    expect((await service.explain('ann', 'three')).nextStep).toMatchObject({ because: 'unreachable' })
  })

  test('the same items again, and items that no milestone needs, count nobody', async () => {
    const service = serviceWith()
    expect(await service.setItems('course:ts', [])).toMatchObject({ version: 0, status: 'unchanged' })
    await service.setItems('course:ts', ['a', 'b'])
    await service.record(lessons('ann', 'a'))
    const unchanged = { version: 1, status: 'unchanged', userCount: 0 }
    expect(await service.setItems('course:ts', ['b', 'a'], { policy: 'recompute' })).toMatchObject(unchanged)
    expect(await service.setItems('other', ['x'])).toMatchObject({ version: 2, status: 'applied', userCount: 0 })
    expect(await service.getCatalogVersions({ limit: 1 })).toMatchObject([
      { list: 'other', appliedAt: expect.any(Date) },
    ])
    expect(await shown(service)).toEqual(['1 of 2', '1 of 1'])
    await service.setItems('other', [])
    expect((await service.getItemLists()).map(({ list }) => list)).toEqual(['course:ts'])
    expect(await service.verify()).toEqual([])
  })

  test('a catalog that comes to need a list finds the items set before, and an applied one stays after other items', async () => {
    const service = serviceWith(plain)
    await service.record(lessons('ann', 'ab'))
    await service.setItems('course:ts', ['b', 'c'])
    expect((await service.plan(catalog)).badges).toMatchObject([{ id: 'most', gained: { examples: ['ann'] } }])
    await service.apply(catalog)
    expect(await badgesOf(service)).toEqual(['one on 1', 'most on 2'])
    await service.setItems('course:ts', ['b'])
    expect(await service.getCatalog()).toMatchObject({ version: 3, own: 'superseded', definition: catalog.definition })
    expect(await badgesOf(service)).toEqual(['one on 1', 'all on 2', 'most on 2'])
    expect(await serviceWith().getCatalog()).toMatchObject({ version: 3, own: 'current' })
    expect(await serviceWith().apply(catalog)).toMatchObject({ version: 3, status: 'unchanged' })
    expect(await service.explain('ann', 'all')).toMatchObject({
      requirement: { text: '1 of 1 lesson (from a set of 1)' },
    })
  })

  test('a process that knows older items counts by those in effect', async () => {
    const [early, late] = [serviceWith(), serviceWith()]
    await early.setItems('course:ts', ['a', 'b'])
    await early.record(lessons('ann', 'a'))
    await late.record(lessons('bob', 'a'))
    await late.setItems('course:ts', ['b'])
    expect((await early.record(lessons('ann', 'ab').slice(1)))[0]!.awarded).toMatchObject([{ id: 'all' }])
    expect(await shown(early, 'bob')).toEqual(['0 of 1', '0 of 1'])
    expect(await early.verify()).toEqual([])
  })

  test('lists are read once per version, and never for a catalog without any', async () => {
    const reads: string[] = []
    const hear = (text: string) => void (text.includes('items::text') && reads.push(text))
    const db = watched(database.session, hear)
    await serviceWith().setItems('course:ts', ['a', 'b'])
    const service = serviceWith(catalog, { db })
    for (const lesson of lessons('ann', 'ab')) await service.record(lesson)
    await service.record(lessons('bob', 'ab'))
    await service.getUserProgress('ann')
    expect(reads).toHaveLength(1)
    const other = serviceWith(plain, { db })
    await other.apply(plain)
    await other.record(lessons('cyd', 'ab'))
    await other.getUserProgress('cyd')
    expect(reads).toHaveLength(1)
  })

  test('an apply, a start and a setItems do not undo each other', async () => {
    const warnings: string[] = []
    const more = { whenUnapplied: 'apply', onWarning: (warning: string) => void warnings.push(warning) }
    await serviceWith(catalog, more).setItems('course:ts', ['a'])
    const next = parseCatalog({ milestones: [milestone('all'), milestone('again', { target: 1 })] })
    await serviceWith(next, more).record(lessons('ann', 'a'))
    expect(await badgesOf(serviceWith(next, more))).toEqual(['again on 1', 'all on 1'])
    expect(warnings).toEqual([])
    await serviceWith(next, more).apply(catalog, { by: 'eve' })
    await serviceWith(catalog, more).setItems('course:ts', ['a', 'b'])
    await serviceWith(next, more).getUserProgress('ann')
    expect(warnings).toEqual([expect.stringContaining('Milepost replaced catalog version')])
  })

  test.each([
    ['list', '', ['a'], 'list is empty; pass an id (given: "")'],
    ['list', '..', ['a'], 'list cannot be part of a web address; use another id, such as "dot" (given: "..")'],
    ['items', 'x', 'abc', 'items is a string; pass a list of item keys (given: "abc")'],
    ['items[1]', 'x', ['a', 7], 'items[1] is a number; pass a string'],
    ['items', 'x', Array(10_001).fill('a'), 'items has 10001 items, over 10000; divide it into several lists'],
    ['policy', 'x', ['a'], 'policy must be one of keep, recompute, reprice (given: "drop")'],
  ] as const)('refuses a wrong %s, and stores nothing', async (field, list, items, message) => {
    const service = serviceWith()
    const options = field === 'policy' ? { policy: 'drop' as 'keep' } : {}
    const refused = { code: 'INPUT_INVALID', message, details: { field } }
    await expect(service.setItems(list, items as string[], options)).rejects.toMatchObject(refused)
    expect(await service.getCatalogVersions()).toEqual([])
  })

  test('a new set of items beyond what was folded is refused, unless that is accepted', async () => {
    const service = serviceWith()
    await service.setItems('course:ts', ['a', 'b'])
    await service.record(lessons('ann', 'a'))
    await service.foldCompletions(day(5), { categories: ['lesson'] })
    const more = ['a', 'b', 'c']
    expect((await service.planItems('course:ts', more)).warnings).toMatchObject([
      { type: 'folded' },
      { type: 'folded' },
    ])
    await expect(service.setItems('course:ts', more)).rejects.toMatchObject({ code: 'HISTORY_FOLDED' })
    expect(await service.getItems('course:ts')).toEqual(['a', 'b'])
    await service.setItems('course:ts', more, { acceptFolded: true })
    expect(await service.verify()).toEqual([])
  })
})
