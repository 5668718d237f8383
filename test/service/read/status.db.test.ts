import { describe, expect, test } from 'vitest'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const hand = { reason: 'a mistake', by: 'ops' }
const requirement = { type: 'count', category: 'lesson', target: 2 }
const goal = (id: string, rest: object = {}) => ({ id, title: id, requirement, ...rest })

describeOnEach(everyDatabase, 'the status of a milestone', database => {
  const serviceOf = (milestones: readonly object[]) => clockedService(database.host.db, { milestones })
  const lesson = (itemKey: string) => ({ userId: 'ann', category: 'lesson', itemKey })
  const statuses = async (service: ReturnType<typeof serviceOf>) =>
    (await service.getUserProgress('ann')).milestones.map(each =>
      each.isHidden ? 'hidden' : `${each.id} ${each.status}`,
    )

  test('is earned, open, locked, upcoming or over', async () => {
    const service = serviceOf([
      goal('held', { requirement: { ...requirement, target: 1 } }),
      goal('begun'),
      goal('after', { after: ['begun'] }),
      goal('summer', { available: { from: '2026-07-01' }, after: ['begun'] }),
      goal('winter', { available: { until: '2026-03-01' } }),
    ])
    service.setClock('2026-04-01T12:00Z')
    await service.record(lesson('a'))
    expect(await statuses(service)).toEqual([
      'held earned',
      'begun open',
      'after locked',
      'summer upcoming',
      'winter over',
    ])
    expect((await service.whatNext('ann')).map(({ id }) => id)).toEqual(['begun', 'after'])
    service.setClock('2026-07-02T12:00Z')
    expect((await service.whatNext('ann')).map(({ id }) => id)).toEqual(['begun', 'after', 'summer'])
  })

  test('is revoked if a badge was revoked manually, even if the requirement is met', async () => {
    const service = serviceOf([goal('two')])
    await service.record([lesson('a'), lesson('b')])
    await service.revokeBadge('ann', 'two', hand)
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([
      { current: 2, ratio: 1, status: 'revoked', isEarned: false },
    ])
    expect(await service.whatNext('ann')).toEqual([])
    await service.awardBadge('ann', 'two', hand)
    expect(await statuses(service)).toEqual(['two earned'])
  })

  test('is retired if a held badge can no longer be earned', async () => {
    const service = serviceOf([goal('two')])
    await service.record([lesson('a'), lesson('b')])
    const later = serviceOf([goal('two', { retired: true }), goal('gone', { retired: true })])
    expect(await statuses(later)).toEqual(['two retired'])
  })

  describe('in an explanation', () => {
    const explained = async (service: ReturnType<typeof serviceOf>, ids: readonly string[]) => {
      const explanations = ids.map(id => service.explain('ann', id as 'any', { includeHidden: true }))
      return (await Promise.all(explanations)).map(({ milestone: { id }, status }) => `${id} ${status}`)
    }

    test('is the same as in progress, also for hidden and retired milestones', async () => {
      const later = { available: { from: '2026-07-01' } }
      const service = serviceOf([
        goal('held', { requirement: { ...requirement, target: 1 } }),
        goal('begun', { requirement: { ...requirement, during: { from: '2026-07-01' } } }),
        goal('after', { after: ['begun'] }),
        goal('summer', { ...later, after: ['begun'] }),
        goal('winter', { available: { until: '2026-03-01' } }),
        goal('taken', { requirement: { ...requirement, target: 1 } }),
      ])
      service.setClock('2026-04-01T12:00Z')
      await service.record(lesson('a'))
      await service.revokeBadge('ann', 'taken', hand)
      const ids = ['held', 'begun', 'after', 'summer', 'winter', 'taken']
      expect(await explained(service, ids)).toEqual(await statuses(service))
      const other = serviceOf([
        goal('old', { retired: true }),
        goal('secret', { hidden: true, ...later }),
        goal('veiled', { hidden: 'until-earned', after: ['secret'] }),
      ])
      other.setClock('2026-04-01T12:00Z')
      const told = ['old retired', 'secret upcoming', 'veiled locked']
      expect(await explained(other, ['old', 'secret', 'veiled'])).toEqual(told)
    })

    test('is of a time that of this one alone', async () => {
      const service = serviceOf([
        goal('daily', { requirement: { ...requirement, target: 1, during: 'day' }, repeatable: { max: 9 } }),
        goal('again', { requirement: { ...requirement, target: 1 }, repeatable: {} }),
      ])
      service.setClock('2026-04-20T12:00Z')
      await service.record([lesson('a'), lesson('b')])
      await service.revokeBadge('ann', 'again@2', hand)
      const days = ['daily@2026-04-20 earned', 'daily@2026-04-21 open']
      const times = ['again@1 earned', 'again@2 revoked', 'again@3 open', 'again earned', 'daily earned']
      const all = [...days, ...times]
      expect(
        await explained(
          service,
          all.map(each => each.split(' ')[0]!),
        ),
      ).toEqual(all)
    })
  })

  describe('the way to a level', () => {
    const level = (target: number) => ({
      id: `level-${target}`,
      title: 'Level',
      requirement: { type: 'level', target },
    })
    const ten = goal('ten', { requirement: { ...requirement, target: 10 }, reward: { points: 40 } })

    test('is measured in points, so that a newcomer is not offered one first', async () => {
      const service = serviceOf([level(5), ten])
      const next = await service.whatNext('ann')
      expect(next.map(({ id, ratio }) => [id, ratio])).toEqual([
        ['ten', 0],
        ['level-5', 0],
      ])
    })

    test('shows the level as what is reached, and the points as how far that is', async () => {
      const service = serviceOf([level(2), level(5), goal('one', { reward: { points: 50 } })])
      await service.record([lesson('a'), lesson('b')])
      expect((await service.getUserProgress('ann')).milestones).toMatchObject([
        { id: 'level-2', current: 1, target: 2, ratio: 0.5 },
        { id: 'level-5', current: 1, target: 5, ratio: 0.125 },
        { id: 'one' },
      ])
    })
  })

  test('what has to wait for its window is not offered as next, and hides no other way', async () => {
    const during = { from: '2026-07-01', until: '2026-08-01' }
    const service = serviceOf([
      goal('july', { requirement: { ...requirement, during } }),
      goal('either', { requirement: { type: 'any', of: [{ ...requirement, during }, requirement] } }),
      goal('monthly', { requirement: { ...requirement, during: 'month' } }),
    ])
    service.setClock('2026-04-20T12:00Z')
    await service.record(lesson('a'))
    service.setClock('2026-05-01T12:00Z')
    expect((await service.whatNext('ann')).map(({ id, current, text }) => [id, current, text])).toEqual([
      ['either', 0, 'Finish 1 more lesson.'],
      ['monthly', 0, expect.stringContaining('Finish 2 lessons')],
    ])
  })
})
