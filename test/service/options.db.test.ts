import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput } from '../../src/index.js'
import { type ClockedService, clockedService } from '../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'

const at = (hour: number): Date => new Date(Date.UTC(2026, 3, 1, hour))
const lesson = (hour: number, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: `at ${hour}`, completedAt: at(hour), ...more }
}
const lessons = (count: number, from = 0): CompletionInput[] =>
  Array.from({ length: count }, (_, i) => lesson(from + i))
const worth = (hour: number, n: number): CompletionInput => lesson(hour, { metadata: { n } })
const lessonCount = { type: 'count', category: 'lesson' }
const total = { type: 'total', category: 'lesson', property: 'n', target: 10 }
const milestone = (id: string, requirement: unknown, more: object = {}) => {
  return { id, title: `Title of ${id}`, description: `About ${id}`, requirement, ...more }
}

describeOnEach(everyDatabase, 'milestone options', database => {
  let service: ClockedService
  const serviceWith = (...milestones: readonly unknown[]): ClockedService => {
    service = clockedService(database.host.db, { milestones })
    return service
  }
  const awardsOf = async (given: readonly CompletionInput[]): Promise<[string, number][]> => {
    const results = await service.record(given)
    return results.flatMap(({ awarded }) =>
      awarded.map(({ id, earnedAt }): [string, number] => [id, (earnedAt.getTime() - at(0).getTime()) / 3_600_000]),
    )
  }
  const awardedIds = async (given: readonly CompletionInput[]): Promise<string[]> =>
    (await awardsOf(given)).map(([id]) => id)
  const progress = async () => (await service.getUserProgress('ann')).milestones

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  describe('tiers', () => {
    const tiers = [2, { target: 5, title: 'Reader', reward: { points: 50 } }, 8]
    const reading = milestone('reads', lessonCount, { tiers, reward: { points: 10, unlocks: ['shelf'] } })

    test('come one after the other, each at its target', async () => {
      serviceWith(reading)
      const ids = []
      for (const given of lessons(9)) ids.push(await awardedIds([given]))
      expect(ids).toEqual([[], ['reads#2'], [], [], ['reads#5'], [], [], ['reads#8'], []])
    })

    test('that one batch crosses come all, each at its own date', async () => {
      serviceWith(reading)
      expect(await awardsOf(lessons(6))).toEqual([
        ['reads#2', 1],
        ['reads#5', 4],
      ])
    })

    test('have their own points and unlocks', async () => {
      serviceWith(reading)
      await service.record(lessons(8))
      const { totalPoints, unlocks, earnedBadges } = await service.getUserProgress('ann')
      expect([totalPoints, unlocks]).toEqual([70, ['shelf']])
      expect(earnedBadges.map(({ name, points }) => [name, points])).toEqual([
        ['Title of reads 2', 10],
        ['Reader', 50],
        ['Title of reads 8', 10],
      ])
    })

    test('have progress of their own', async () => {
      serviceWith(reading)
      await service.record(lessons(3))
      expect(await progress()).toMatchObject([
        { id: 'reads#2', current: 3, target: 2, ratio: 1, isEarned: true, earnedAt: at(1) },
        { id: 'reads#5', current: 3, target: 5, ratio: 0.6, isEarned: false },
        { id: 'reads#8', current: 3, target: 8, isEarned: false },
      ])
    })

    test('that replace each other are shown as the highest, and held all', async () => {
      serviceWith({ ...reading, tierMode: 'replace' })
      await service.record(lessons(5))
      const { earnedBadges, completedMilestones, totalPoints } = await service.getUserProgress('ann')
      expect(earnedBadges.map(({ id }) => id)).toEqual(['reads#5'])
      expect((await service.getUserBadges('ann')).map(({ id }) => id)).toEqual(['reads#5'])
      expect(completedMilestones).toEqual(['reads#2', 'reads#5'])
      expect(totalPoints).toBe(60)
      expect(await service.hasUnlock('ann', 'shelf')).toBe(true)
    })
  })

  describe('a repeatable milestone', () => {
    test('comes at each further multiple of its target, under numbers of its own', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 2 }, { repeatable: {}, reward: { points: 5 } }))
      expect(await awardedIds(lessons(3))).toEqual(['again@1'])
      expect(await awardsOf(lessons(4, 3))).toEqual([
        ['again@2', 3],
        ['again@3', 5],
      ])
      expect(await progress()).toMatchObject([{ id: 'again', current: 7, target: 8, timesEarned: 3, isEarned: true }])
      expect((await service.getUserProgress('ann')).totalPoints).toBe(15)
    })

    test('is awarded for one completion as often as it reaches the target', async () => {
      serviceWith(milestone('again', total, { repeatable: {} }))
      expect(await awardedIds([worth(0, 35)])).toEqual(['again@1', 'again@2', 'again@3'])
      expect(await awardedIds([worth(1, 4.9)])).toEqual([])
      expect(await awardedIds([worth(2, 0.1)])).toEqual(['again@4'])
    })

    test('comes no more often than its max', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 1 }, { repeatable: { max: 2 } }))
      expect(await awardedIds(lessons(4))).toEqual(['again@1', 'again@2'])
      expect(await progress()).toMatchObject([{ current: 4, target: 2, timesEarned: 2 }])
    })

    test('comes again once its cooldown is over, and not a moment before', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 1 }, { repeatable: { cooldown: 'PT2H' } }))
      const justBefore = lesson(2, { itemKey: 'just before', completedAt: new Date(at(2).getTime() - 1) })
      expect(await awardedIds([lesson(0), lesson(1), justBefore])).toEqual(['again@1'])
      expect(await awardsOf([lesson(2)])).toEqual([['again@2', 2]])
    })

    test('respects its cooldown for late recordings', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 1 }, { repeatable: { cooldown: 'PT2H' } }))
      expect(await awardsOf([lesson(3)])).toEqual([['again@1', 3]])
      expect(await awardedIds([lesson(2)])).toEqual([])
      expect(await awardedIds([lesson(0)])).toEqual(['again@2'])
    })

    test('starts again after each time if it has a cooldown', async () => {
      serviceWith(milestone('again', total, { repeatable: { cooldown: 'PT1H' } }))
      expect(await awardedIds([worth(0, 35), worth(1, 9)])).toEqual(['again@1'])
      expect(await progress()).toMatchObject([{ current: 9, target: 10, timesEarned: 1 }])
      expect(await awardedIds([worth(2, 1)])).toEqual(['again@2'])
    })

    test('comes once in each period of its during that reaches the target', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 2, during: 'day' }, { repeatable: {} }))
      expect(await awardedIds([...lessons(4), ...lessons(1, 30)])).toEqual(['again@2026-04-01'])
      expect(await awardsOf(lessons(1, 31))).toEqual([['again@2026-04-02', 31]])
      expect(await awardedIds(lessons(3, -3))).toEqual(['again@2026-03-31'])
    })

    test('is awarded each time a window reaches its target again', async () => {
      serviceWith(milestone('again', { ...lessonCount, target: 2, within: 'PT2H' }, { repeatable: {} }))
      expect(await awardsOf([lesson(0), lesson(2), lesson(3), lesson(4), lesson(5)])).toEqual([
        ['again@1', 3],
        ['again@2', 5],
      ])
    })

    test('comes each time that a streak has grown by its target', async () => {
      const daily = { type: 'streak', category: 'lesson', every: 'day', target: 2 }
      serviceWith(milestone('again', daily, { repeatable: {} }))
      const days = [1, 2, 3, 4, 6, 7].map(day => lesson(day * 24))
      expect(await awardedIds(days)).toEqual(['again@1', 'again@2', 'again@3'])
      expect(await awardedIds([lesson(5 * 24)])).toEqual([])
    })

    test('over points comes at each multiple up to its max, its own points among them', async () => {
      serviceWith(
        milestone('base', { ...lessonCount, target: 1 }, { reward: { points: 10 } }),
        milestone('again', { type: 'points', target: 10 }, { repeatable: { max: 4 }, reward: { points: 10 } }),
      )
      expect(await awardedIds(lessons(1))).toEqual(['base', 'again@1', 'again@2', 'again@3', 'again@4'])
      expect((await service.getUserProgress('ann')).totalPoints).toBe(50)
    })

    test('can be required at one of its times', async () => {
      serviceWith(
        milestone('again', { ...lessonCount, target: 1 }, { repeatable: {} }),
        milestone('twice', { type: 'milestones', ids: ['again@2'] }),
      )
      expect(await awardedIds(lessons(1))).toEqual(['again@1'])
      expect(await awardedIds(lessons(1, 1))).toEqual(['again@2', 'twice'])
    })
  })

  describe('a milestone after others', () => {
    const first = milestone('first', { type: 'count', category: 'step', target: 1 })
    const step = (hour: number) => lesson(hour, { category: 'step' })

    test('comes only once they are held, at the later of both dates', async () => {
      serviceWith(first, milestone('next', { ...lessonCount, target: 2 }, { after: ['first'] }))
      expect(await awardedIds(lessons(3))).toEqual([])
      expect(await progress()).toMatchObject([
        {},
        { id: 'next', current: 3, target: 2, isEarned: false, isLocked: true },
      ])
      expect(await awardsOf([step(9)])).toEqual([
        ['first', 9],
        ['next', 9],
      ])
      expect(await progress()).toMatchObject([{}, { isEarned: true, isLocked: false }])
    })

    test('is dated by its own requirement if they were held before', async () => {
      serviceWith(first, milestone('next', { ...lessonCount, target: 2 }, { after: ['first'] }))
      await service.record([step(0)])
      expect(await awardsOf(lessons(2, 3))).toEqual([['next', 4]])
    })

    test('has the right date if they come late', async () => {
      serviceWith(first, milestone('next', { ...lessonCount, target: 2 }, { after: ['first'] }))
      await service.record(lessons(4, 3))
      expect(await awardsOf([step(1)])).toEqual([
        ['first', 1],
        ['next', 4],
      ])
    })

    test('takes all of them, tiers and times among them', async () => {
      serviceWith(
        milestone('reads', lessonCount, { tiers: [1, 3] }),
        milestone('again', { ...lessonCount, target: 2 }, { repeatable: {} }),
        milestone('next', { ...lessonCount, target: 1 }, { after: ['reads#3', 'again@2'] }),
      )
      expect(await awardedIds(lessons(3))).toEqual(['reads#1', 'again@1', 'reads#3'])
      expect(await awardedIds(lessons(1, 3))).toEqual(['again@2', 'next'])
    })

    test('is awarded as often as it is due at once, if it is repeatable', async () => {
      serviceWith(first, milestone('next', { ...lessonCount, target: 1 }, { after: ['first'], repeatable: {} }))
      expect(await awardedIds(lessons(3))).toEqual([])
      expect(await awardedIds([step(5)])).toEqual(['first', 'next@1', 'next@2', 'next@3'])
    })
  })

  describe('a milestone available for some time', () => {
    const window = { from: at(3).toISOString(), until: at(6).toISOString() }

    test('counts what was completed in it, however late it is recorded', async () => {
      serviceWith(milestone('event', { ...lessonCount, target: 2 }, { available: window }))
      service.setClock('2026-12-01T00:00Z')
      expect(await awardedIds([...lessons(4), lesson(6)])).toEqual([])
      expect(await progress()).toMatchObject([{ current: 1, target: 2 }])
      expect(await awardsOf([lesson(5)])).toEqual([['event', 5]])
    })

    test('counts the user’s days if it is given in days', async () => {
      serviceWith(milestone('event', { ...lessonCount, target: 1 }, { available: { from: '2026-04-02' } }))
      service.setClock('2026-03-01T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
      service.setClock('2026-06-01T00:00Z')
      expect(await awardedIds([lesson(9), lesson(10, { userId: 'bob' })])).toEqual([])
      expect(await awardedIds([lesson(10)])).toEqual(['event'])
    })
  })

  test('a retired milestone is kept by its holders, and not awarded to or listed for others', async () => {
    const badge = milestone('old', { ...lessonCount, target: 1 }, { reward: { points: 5 } })
    serviceWith(badge)
    await service.record(lessons(1))
    serviceWith({ ...badge, retired: true }, milestone('new', { ...lessonCount, target: 2 }))
    expect(await awardedIds([lesson(0, { userId: 'bob' }), lesson(1)])).toEqual(['new'])
    expect((await progress()).map(({ id, isEarned }) => [id, isEarned])).toEqual([
      ['old', true],
      ['new', true],
    ])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(5)
    expect((await service.getUserProgress('bob')).milestones.map(({ id }) => id)).toEqual(['new'])
    expect(service.getAllMilestones().map(({ id }) => id)).toEqual(['new'])
    expect(await service.checkAndAwardMilestones('bob')).toEqual([])
  })

  describe('a hidden milestone', () => {
    const secret = milestone(
      'secret',
      { ...lessonCount, target: 2, where: { clue: { eq: 'the butler' } } },
      {
        icon: '🔍',
        category: 'riddles',
        reward: { badge: 'Detective', points: 5, unlocks: ['attic'] },
      },
    )
    const solved = (hour: number) => lesson(hour, { metadata: { clue: 'the butler' } })
    const said = ['secret', 'Title of', 'About', 'Detective', 'butler', '🔍', 'riddles', 'attic', 'lesson', '"target"']
    const shown = async (): Promise<string> =>
      JSON.stringify([service.getAllMilestones(), await service.getUserProgress('ann', { locale: 'de' })])
    const leaks = async (): Promise<string[]> => {
      const text = await shown()
      return said.filter(word => text.includes(word))
    }

    test.each([true, 'until-earned'])('(%s) says nothing of itself before it is earned', async hidden => {
      serviceWith({ ...secret, hidden })
      await service.record([solved(0)])
      expect(await leaks()).toEqual([])
      expect(await progress()).toEqual(hidden === true ? [] : [{ isHidden: true }])
      expect(service.getAllMilestones()).toEqual(hidden === true ? [] : [{ isHidden: true }])
    })

    test.each([true, 'until-earned'])('(%s) is like any other once it is earned', async hidden => {
      serviceWith({ ...secret, hidden })
      expect(await awardedIds([solved(0), solved(1)])).toEqual(['secret'])
      expect(await progress()).toMatchObject([{ id: 'secret', isHidden: false, current: 2, target: 2, isEarned: true }])
      expect((await service.getUserProgress('ann')).earnedBadges).toMatchObject([{ id: 'secret', name: 'Detective' }])
      expect(await service.hasUnlock('ann', 'attic')).toBe(true)
    })

    test('with tiers shows those that are earned', async () => {
      serviceWith(milestone('reads', lessonCount, { tiers: [1, 2, 3], hidden: 'until-earned' }))
      await service.record(lessons(2))
      expect((await progress()).map(entry => entry.id ?? entry.isHidden)).toEqual(['reads#1', 'reads#2', true])
    })
  })

  describe('texts by locale', () => {
    const hello = {
      ...milestone('hello', { ...lessonCount, target: 1 }),
      title: { en: 'Hello', 'pt-BR': 'Olá', de: 'Hallo' },
      description: { en: 'Say hello', 'pt-BR': 'Diga olá' },
      reward: { badge: { en: 'Greeter', pt: 'Saudador', de: 'Grüßer' } },
    }
    const badgeIn = async (locale?: string) => {
      const [badge] = await service.getUserBadges('ann', locale === undefined ? {} : { locale })
      return [badge?.name, badge?.description]
    }
    const listedIn = (locale?: string) => {
      const [listed] = service.getAllMilestones(locale === undefined ? {} : { locale })
      return [listed?.title, listed?.description, listed?.reward?.badge]
    }

    test('are read in the locale asked for, each with its fallbacks', async () => {
      serviceWith(hello)
      await service.record(lessons(1))
      expect(await badgeIn('pt-BR')).toEqual(['Saudador', 'Diga olá'])
      expect(await badgeIn('de-AT')).toEqual(['Grüßer', 'Say hello'])
      expect(await badgeIn('fr')).toEqual(['Greeter', 'Say hello'])
      expect(await badgeIn()).toEqual(['Greeter', 'Say hello'])
      const { earnedBadges } = await service.getUserProgress('ann', { locale: 'PT-br' })
      expect(earnedBadges).toMatchObject([{ name: 'Saudador', description: 'Diga olá' }])
      expect(listedIn('pt-BR')).toEqual(['Olá', 'Diga olá', 'Saudador'])
      expect(listedIn()).toEqual(['Hello', 'Say hello', 'Greeter'])
    })

    test('of a badge are those that it was awarded with', async () => {
      serviceWith(hello)
      await service.record(lessons(1))
      serviceWith({ ...hello, reward: { badge: { en: 'Welcomer', 'pt-BR': 'Anfitrião' } }, description: 'Changed' })
      expect(await badgeIn('pt-BR')).toEqual(['Saudador', 'Diga olá'])
      expect(listedIn('pt-BR')).toEqual(['Olá', 'Changed', 'Anfitrião'])
    })

    test('fall back on the locale that the catalog had when a badge was awarded', async () => {
      const german = {
        ...hello,
        title: { de: 'Hallo' },
        description: { de: 'Sag hallo' },
        reward: { badge: { de: 'Grüßer' } },
      }
      service = clockedService(database.host.db, { locale: 'de', milestones: [german] })
      const [result] = await service.record(lessons(1))
      expect(result?.awarded).toMatchObject([{ name: 'Grüßer' }])
      serviceWith(hello)
      expect(await badgeIn('fr')).toEqual(['Grüßer', 'Sag hallo'])
    })

    test('are the same in every locale if they are plain texts', async () => {
      serviceWith(milestone('plain', { ...lessonCount, target: 1 }))
      await service.record(lessons(1))
      expect(await badgeIn('pt-BR')).toEqual(['Title of plain', 'About plain'])
    })

    test('are refused for an invalid locale', async () => {
      serviceWith(hello)
      const refused = { code: 'INPUT_INVALID', details: { field: 'locale' } }
      await expect(service.getUserBadges('ann', { locale: 'pt_BR' })).rejects.toMatchObject(refused)
      await expect(service.getUserProgress('ann', { locale: '' })).rejects.toMatchObject(refused)
      expect(() => service.getAllMilestones({ locale: 'x' })).toThrow(/locale/)
    })
  })
})
