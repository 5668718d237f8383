import { describe, expect, test } from 'vitest'
import {
  type CompletionInput,
  createMilestoneService,
  type Explanation,
  explanationText,
  type MilestoneService,
  parseCatalog,
} from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const at = (day: number, hour = 12): Date => new Date(Date.UTC(2026, 3, day, hour))
const lesson = (day: number, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: `on ${day}`, completedAt: at(day), ...more }
}
const lessons = (...days: readonly number[]): CompletionInput[] => days.map(day => lesson(day))
const count = { type: 'count', category: 'lesson', target: 3 }
const milestones = [
  { id: 'three', title: { en: 'Three', 'pt-BR': 'Três' }, requirement: count, reward: { points: 50 } },
  { id: 'posts', title: 'Posts', requirement: { type: 'count', category: 'post' }, tiers: [1, 2] },
  { id: 'helper', title: 'Helper', requirement: { type: 'count', category: 'help', target: 2 }, repeatable: {} },
  { id: 'secret', title: 'Secret', hidden: true, requirement: { ...count, target: 9 } },
  { id: 'veiled', title: 'Veiled', hidden: 'until-earned', requirement: { ...count, target: 2 } },
  { id: 'gone', title: 'Gone', retired: true, requirement: { ...count, target: 1 } },
  { id: 'rich', title: 'Rich', after: ['posts#1'], requirement: { type: 'points', target: 60 } },
]
const hand = { reason: 'Helped at the fair', by: 'ms-lee' }
const points = [{ category: 'lesson', points: 5 }]

describeOnEach(everyDatabase, 'explain', database => {
  const newService = (more: object = {}): ClockedService =>
    clockedService(database.host.db, { milestones, points, ...more })
  // On the embedded database, a service would apply its catalog first.
  const unapplied = (): MilestoneService =>
    createMilestoneService({
      db: database.host.db,
      catalog: parseCatalog({ milestones, points }),
      whenUnapplied: 'warn',
      onWarning: () => {},
    })
  const metricOf = ({ requirement }: Explanation) => {
    if (!('counted' in requirement)) throw new TypeError(`${requirement.type} counts no completions`)
    return requirement
  }

  test('says of a user unknown so far what is to be done', async () => {
    const explanation = await newService().explain('nobody', 'three')
    expect(explanation).toMatchObject({ isEarned: false, holds: false, timeZone: 'UTC', today: '2026-06-01' })
    expect(explanation).toMatchObject({ catalogVersion: null, catalogFingerprint: expect.any(String) })
    expect(explanation.nextStep).toMatchObject({ type: 'complete', current: 0, target: 3, remaining: 3 })
  })

  test('names the completion that decided a badge, and the one whose recording awarded it', async () => {
    const service = newService()
    await service.record(lessons(1, 5))
    await service.record(lessons(3))
    const explanation = await service.explain('ann', 'three')
    expect(explanation).toMatchObject({
      isEarned: true,
      earnedAt: at(5),
      awardedBy: { category: 'lesson', itemKey: 'on 3' },
      decidedBy: { type: 'requirement', completion: { itemKey: 'on 5', day: '2026-04-05' } },
      nextStep: null,
    })
    expect(metricOf(explanation).counted).toMatchObject({
      count: 3,
      first: { itemKey: 'on 1' },
      deciding: { itemKey: 'on 5' },
      last: { itemKey: 'on 5' },
    })
    expect(explanationText(explanation)).toContain('Three (three): earned on Apr 5, 2026.')
  })

  test('names completions that were undone and not recorded again, by whom and why', async () => {
    const service = newService()
    await service.record(lessons(1, 2, 5))
    for (const n of [1, 2, 5]) {
      await service.undo({ userId: 'ann', category: 'lesson', itemKey: `on ${n}` }, { reason: `slip ${n}`, by: 'eve' })
    }
    await service.record(lessons(2))
    const explanation = await service.explain('ann', 'three', { limit: 1 })
    const last = { category: 'lesson', itemKey: 'on 5', completedAt: at(5), by: 'eve', reason: 'slip 5' }
    expect(explanation.undone).toEqual({ count: 2, latest: [{ ...last, undoneAt: expect.any(Date) }] })
    expect(explanationText(explanation)).toMatch(/^Undone: 2 completions, last “on 5” on \w+ \d+, \d{4}: slip 5$/m)
    expect((await service.explain('ann', 'three', { limit: 0 })).undone).toEqual({ count: 2, latest: [] })
    expect((await service.explain('bob', 'three')).undone).toEqual({ count: 0, latest: [] })
  })

  test('explains tiers and further times by their badge ids', async () => {
    const service = newService()
    await service.record([1, 2, 3].map(day => lesson(day, { category: 'help' })))
    await service.record(lesson(1, { category: 'post' }))
    expect(await service.explain('ann', 'posts#1')).toMatchObject({ isEarned: true, milestone: { title: 'Posts 1' } })
    expect(await service.explain('ann', 'posts#2')).toMatchObject({
      isEarned: false,
      milestone: { tier: { number: 2 } },
    })
    const second = await service.explain('ann', 'helper@2')
    expect(second.milestone).toMatchObject({ id: 'helper@2', time: 2 })
    expect(second.requirement).toMatchObject({ current: 3, target: 4, holds: false })
    expect(await service.explain('ann', 'helper')).toMatchObject({
      isEarned: true,
      milestone: { id: 'helper', time: null },
    })
    expect(await service.explain('ann', 'helper@1')).toMatchObject({ isEarned: true, milestone: { time: 1 } })
  })

  test('knows nothing of hidden milestones before they are earned, unless asked to', async () => {
    const service = newService()
    const known = ['three', 'posts#1', 'posts#2', 'helper', 'gone', 'rich']
    for (const id of ['secret', 'veiled', 'nowhere', 'posts', 'posts#3', 'three@2'] as const) {
      const refused = { code: 'MILESTONE_NOT_FOUND', details: { known } }
      await expect(service.explain('ann', id), id).rejects.toMatchObject(refused)
    }
    expect(await service.explain('ann', 'secret', { includeHidden: true })).toMatchObject({ isEarned: false })
    await service.record(lessons(1, 2))
    expect(await service.explain('ann', 'veiled')).toMatchObject({ isEarned: true })
  })

  test('explains a retired milestone, which can no longer be earned', async () => {
    const service = newService()
    await service.record(lessons(1))
    const explanation = await service.explain('ann', 'gone')
    expect(explanation).toMatchObject({ isEarned: false, holds: true, milestone: { isRetired: true } })
    expect(explanation.nextStep).toEqual({
      type: 'none',
      because: 'retired',
      text: 'This badge is no longer awarded.',
    })
  })

  test('shows who awarded and who revoked a badge manually, why and when', async () => {
    const service = newService()
    await service.awardBadge('ann', 'three', hand)
    const given = await service.explain('ann', 'three')
    expect(given).toMatchObject({ isEarned: true, holds: false, decidedBy: { type: 'manual' } })
    expect(given.manualDecision).toEqual({ ...hand, decision: 'awarded', at: new Date('2026-06-01T12:00Z') })
    await service.revokeBadge('ann', 'three', { reason: 'By mistake', lasting: true })
    await service.record(lessons(1, 2, 3))
    const taken = await service.explain('ann', 'three')
    expect(taken).toMatchObject({ isEarned: false, holds: true, manualDecision: { decision: 'revoked', by: null } })
    expect(taken.nextStep).toEqual({
      type: 'none',
      because: 'revoked',
      text: 'This badge was revoked. It does not come back by itself.',
    })
  })

  test("recognizes a host's own badge row, and rows dated in the future", async () => {
    const service = newService()
    const badge = { userId: 'ann', category: 'milestone_badge', itemKey: 'three', metadata: {}, completedAt: at(2) }
    const ahead = { ...lesson(9), recordedAt: at(8) }
    await database.db.insert(userProgress).values([badge, ahead])
    const explanation = await service.explain('ann', 'three')
    expect(explanation).toMatchObject({ isEarned: true, earnedAt: at(2), decidedBy: { type: 'row' } })
    expect(metricOf(explanation).notCounted.latest).toMatchObject([{ itemKey: 'on 9', reason: 'future' }])
  })

  test('shows where the points came from, and which prerequisite is missing', async () => {
    const service = newService()
    await service.record(lessons(1, 2, 3))
    const missing = await service.explain('ann', 'rich')
    expect(missing.requirement).toMatchObject({
      points: 65,
      firstHeldAt: at(3),
      gains: { badgePoints: 50, completionPoints: 15, biggest: [{ itemKey: 'three' }, {}, {}, {}] },
    })
    expect(missing.after?.milestones).toEqual([{ id: 'posts#1', title: 'Posts 1', isHeld: false, earnedAt: null }])
    expect(missing.nextStep).toMatchObject({ type: 'earn', milestones: [{ id: 'posts#1' }] })
    await service.record(lesson(4, { category: 'post' }))
    expect(await service.explain('ann', 'rich')).toMatchObject({
      earnedAt: at(4),
      decidedBy: { type: 'requirement', completion: null },
    })
  })

  test('names the completions that the cap of a day held back', async () => {
    const capped = parseCatalog({
      milestones: [{ id: 'rich', title: 'Rich', requirement: { type: 'points', target: 100 } }],
      points: [{ category: ['lesson', 'quiz'], points: 10, cap: { per: 'day', points: 15 } }],
    })
    const catalog = capped
    const service = createMilestoneService({
      db: database.host.db,
      catalog,
      whenUnapplied: 'warn',
      onWarning: () => {},
    })
    await service.record([1, 2, 3].map(n => lesson(1, { itemKey: `k${n}` })))
    await service.record(lesson(2))
    const { requirement } = await service.explain('ann', 'rich')
    expect(requirement).toMatchObject({
      points: 25,
      gains: {
        count: 3,
        cut: {
          count: 2,
          countByReason: { cap: 2 },
          latest: [
            { itemKey: 'k2', points: 5, offered: 10, reason: 'cap' },
            { itemKey: 'k3', points: 0, offered: 10, reason: 'cap' },
          ],
        },
      },
    })
  })

  test('goes by the zones that were in force, and says which', async () => {
    const service = newService()
    service.setClock('2026-04-02T00:00Z')
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Auckland' })
    service.setClock('2026-04-20T12:00Z')
    await service.record(lessons(1, 3))
    const explanation = await service.explain('ann', 'three')
    expect(explanation).toMatchObject({ timeZone: 'Pacific/Auckland', today: '2026-04-21' })
    expect(explanation.zones).toEqual([{ zone: 'Pacific/Auckland', since: at(2, 0) }])
    expect(metricOf(explanation).counted.latest.map(({ day }) => day)).toEqual(['2026-04-02', '2026-04-04'])
  })

  test('derives everything from the history, for any catalog the user was counted with', async () => {
    await clockedService(database.host.db, {
      milestones: [{ id: 'other', title: 'Other', requirement: count }],
    }).record(lessons(1, 2, 3))
    const explanation = await unapplied().explain('ann', 'three')
    expect(explanation).toMatchObject({ isEarned: false, holds: true, nextStep: { because: 'due' } })
    expect(metricOf(explanation)).toMatchObject({ current: 3, counted: { count: 3 } })
  })

  test('sees what the own transaction wrote, and leaves nothing of itself behind', async () => {
    const service = newService()
    await database.host.transaction(async tx => {
      await service.record(lessons(1, 2, 3), { db: tx })
      expect(await service.explain('ann', 'three', { db: tx })).toMatchObject({ isEarned: true })
      expect(await service.explain('ann', 'three', { db: tx })).toMatchObject({ isEarned: true })
    })
  })

  test('gives titles in the locale asked for', async () => {
    const explanation = await newService().explain('ann', 'three', { locale: 'pt-BR' })
    expect(explanation.milestone.title).toBe('Três')
  })

  test('refuses what is wrong', async () => {
    const service = newService()
    const wrong = [
      service.explain('', 'three'),
      service.explain('ann', ''),
      service.explain('ann', 'three', { limit: 1_001 }),
      service.explain('ann', 'three', { locale: '!' }),
      service.whatNext('ann', { limit: 0 }),
    ]
    await Promise.all(wrong.map(call => expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID' })))
  })

  test('reads a history of many pages, and keeps only the limit of it', async () => {
    const service = newService()
    const rows = Array.from({ length: 12_000 }, (_, i) => {
      return { userId: 'ann', category: 'lesson', itemKey: `k${i}`, completedAt: new Date(at(1).getTime() + i) }
    })
    for (let i = 0; i < rows.length; i += 3_000) await database.db.insert(userProgress).values(rows.slice(i, i + 3_000))
    const { counted } = metricOf(await service.explain('ann', 'three', { limit: 2 }))
    expect(counted).toMatchObject({ count: 12_000, first: { itemKey: 'k0' }, deciding: { itemKey: 'k2' } })
    expect(counted.latest.map(({ itemKey }) => itemKey)).toEqual(['k11998', 'k11999'])
  })

  describe('whatNext', () => {
    test('lists the nearest first, each with its next step in words', async () => {
      const service = newService()
      await service.record(lessons(1, 2))
      await service.record([1, 2, 3].map(day => lesson(day, { category: 'help' })))
      const next = await service.whatNext('ann')
      expect(next.map(({ id, ratio, remaining, text }) => [id, Math.round(ratio * 100), remaining, text])).toEqual([
        ['helper@2', 75, 1, 'Finish 1 more help.'],
        ['three', 67, 1, 'Finish 1 more lesson.'],
        ['posts#1', 0, 1, 'Finish 1 post.'],
        ['posts#2', 0, 2, 'Finish 2 posts.'],
        ['rich', 17, 50, 'Earn “Posts 1”.'],
      ])
      const [inPortuguese] = await service.whatNext('ann', { limit: 1, locale: 'pt-BR' })
      expect(inPortuguese).toMatchObject({ id: 'helper@2', text: 'Conclua mais 1 atividade.' })
    })

    test('leaves out what is held, hidden, retired, revoked manually, or over', async () => {
      const over = { id: 'over', title: 'Over', requirement: count, available: { until: '2026-05-01' } }
      const service = newService({ milestones: [...milestones, over] })
      await service.record(lessons(1, 2, 3))
      await service.awardBadge('ann', 'posts#1', hand)
      await service.revokeBadge('ann', 'posts#1', { ...hand, lasting: true })
      expect((await service.whatNext('ann')).map(({ id }) => id)).toEqual(['posts#2', 'helper@1', 'rich'])
    })

    test('says when a streak ends', async () => {
      const streak = { type: 'streak', category: 'lesson', every: 'day', target: 5 }
      const service = newService({ milestones: [{ id: 'days', title: 'Days', requirement: streak }] })
      service.setClock('2026-04-03T18:00Z')
      await service.record(lessons(1, 2, 3))
      const [next] = await service.whatNext('ann')
      expect(next?.step).toMatchObject({ type: 'complete', current: 3, remaining: 2, by: at(5, 0) })
      expect(next?.text).toBe('Keep your streak: 2 more lessons in a row, one a day. Continue by the end of tomorrow.')
    })

    test('is of the history where the user was counted with another catalog', async () => {
      await clockedService(database.host.db, { milestones: [{ id: 'o', title: 'O', requirement: count }] }).record(
        lessons(1),
      )
      expect(await unapplied().whatNext('ann', { limit: 1 })).toMatchObject([{ id: 'three', current: 1 }])
    })
  })
})
