import { beforeEach, describe, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { describeOnEach, everyDriver } from '../support/databases.js'
import { catalog, lesson, lessons, read, write } from './schedule-catalogs.js'

describeOnEach(everyDriver, 'values', database => {
  describe('hazard 21: numbers beyond 2^53 and decimals', () => {
    const total = (id: string, property: string, target: number, points = 0) => {
      return { id, title: id, requirement: { type: 'total', category: 'n', property, target }, reward: { points } }
    }
    const numbers = parseCatalog({
      milestones: [
        total('three-tenths', 'tenth', 0.3, 1_000_000_000),
        total('beyond', 'large', 2 ** 53 + 4, 999_999_999),
        {
          ...total('highest', 'small', 1),
          requirement: { type: 'best', category: 'n', property: 'small', target: 1e-7 },
        },
        ...Array.from({ length: 9 }, (_, i) => total(`rich-${i}`, 'tenth', 0.3, 1_000_000_000)),
      ],
    })
    const { MAX_SAFE_INTEGER } = Number
    let service: MilestoneService
    beforeEach(() => {
      service = createMilestoneService({ db: database.db, catalog: numbers })
    })
    const record = (itemKey: string, metadata: Record<string, number>) =>
      service.record({ userId: 'ann', category: 'n', itemKey, metadata })
    const currentOf = async (id: string) => {
      const { milestones } = await service.getUserProgress('ann')
      return milestones.find(milestone => milestone.id === id)?.current
    }

    test('three tenths reach 0.3, which floats would miss', async () => {
      await record('a', { tenth: 0.1 })
      const { awarded } = await record('b', { tenth: 0.2 })
      expect(awarded.map(({ id }) => id)).toContain('three-tenths')
      expect(await currentOf('three-tenths')).toBe(0.3)
    })

    test('sums beyond 2^53 are exact: the badge comes at the very completion that reaches its target', async () => {
      await record('a', { large: MAX_SAFE_INTEGER })
      expect((await record('b', { large: 1 })).awarded).toEqual([])
      for (const itemKey of ['c', 'd', 'e']) expect((await record(itemKey, { large: 1 })).awarded).toEqual([])
      expect((await record('f', { large: 1 })).awarded.map(({ id }) => id)).toEqual(['beyond'])
      expect(await service.verify()).toEqual([])
    })

    test('very small and very large numbers are stored as they are', async () => {
      await record('a', { small: 9e-8 })
      expect(await currentOf('highest')).toBe(9e-8)
      expect((await record('b', { small: 1e-7 })).awarded.map(({ id }) => id)).toEqual(['highest'])
      await record('c', { small: 1.7976931348623157e308, large: 5e-324 })
      expect(await currentOf('highest')).toBe(1.7976931348623157e308)
      expect(await currentOf('beyond')).toBe(5e-324)
      expect(await service.verify()).toEqual([])
    })

    test('every number comes out as a number, and every time as a Date', async () => {
      const completedAt = new Date('2026-03-04T05:06:07.089Z')
      await service.record({ userId: 'ann', category: 'n', itemKey: 'a', metadata: { tenth: 0.3 }, completedAt })
      const progress = await service.getUserProgress('ann')
      expect(progress).toMatchObject({
        totalPoints: 10_000_000_000,
        level: 100_000_001,
        nextLevelPoints: 10_000_000_100,
      })
      expect(progress.earnedBadges.map(({ earnedAt }) => earnedAt)).toEqual(
        Array.from({ length: 10 }, () => completedAt),
      )
      const { entries } = await service.getLeaderboard()
      expect(entries).toEqual([
        expect.objectContaining({ rank: 1, points: 10_000_000_000, level: 100_000_001, reachedAt: completedAt }),
      ])
      const { completion } = await record('a', {})
      expect(completion).toMatchObject({ completedAt, metadata: { tenth: 0.3 } })
      expect(completion.recordedAt).toBeInstanceOf(Date)
    })

    test('a row of the host with microseconds is counted and dated by the millisecond', async () => {
      const { userProgress } = milepostTables()
      await database.db
        .insert(userProgress)
        .values({ userId: 'ann', category: 'n', itemKey: 'a', metadata: { tenth: 3 } })
      await service.checkAndAwardMilestones('ann')
      expect(await service.verify()).toEqual([])
      const { entries } = await service.getLeaderboard()
      expect(entries[0]!.reachedAt).toEqual((await service.getUserBadges('ann'))[0]!.earnedAt)
    })
  })

  describe('hazard 22: text that Postgres cannot store as it is', () => {
    const faulty = { NUL: 'a\u0000b', 'a high surrogate alone': 'a\ud800', 'a low surrogate alone': '\udc00a' }
    let service: MilestoneService
    beforeEach(() => {
      service = createMilestoneService({ db: database.db, catalog })
    })

    test.each(Object.entries(faulty))('%s is refused wherever text is recorded', async (_, text) => {
      const given = { userId: 'ann', category: 'read', itemKey: 'a' }
      const refused = {
        userId: { ...given, userId: text },
        category: { ...given, category: text },
        itemKey: { ...given, itemKey: text },
        'metadata.deep[0].text': { ...given, metadata: { deep: [{ text }] } },
      }
      for (const [field, completion] of Object.entries(refused)) {
        await expect(service.record(completion), field).rejects.toMatchObject({
          code: 'INPUT_INVALID',
          details: { field },
        })
      }
      const named = service.record({ ...given, metadata: { [text]: 1 } })
      await expect(named).rejects.toMatchObject({ code: 'INPUT_INVALID' })
      expect(await service.verify()).toEqual([])
      expect((await service.getUserProgress('ann')).milestones.every(({ current }) => current === 0)).toBe(true)
    })

    test.each(Object.entries(faulty))('%s is refused wherever text is asked for', async (_, text) => {
      const cursor = Buffer.from(JSON.stringify([10, 0, text])).toString('base64url')
      const calls = {
        getUserProgress: () => service.getUserProgress(text),
        getUserBadges: () => service.getUserBadges(text),
        checkAndAwardMilestones: () => service.checkAndAwardMilestones(text),
        rebuild: () => service.rebuild(text),
        verify: () => service.verify({ userId: text }),
        hasUnlock: () => service.hasUnlock('ann', text),
        'getLeaderboard around': () => service.getLeaderboard({ around: text }),
        'getLeaderboard after': () => service.getLeaderboard({ after: cursor }),
      }
      for (const [name, call] of Object.entries(calls)) {
        await expect(call(), name).rejects.toMatchObject({ code: 'INPUT_INVALID' })
      }
      expect(() => createMilestoneService({ db: database.db, catalog, schema: text })).toThrow(/^schema /)
    })

    test('ids that only look the same stay separate, and every character is returned unchanged', async () => {
      const ids = [
        'é',
        'e\u0301',
        'É',
        ' é',
        'é ',
        '\u{1f3af}',
        'a\ufeffb',
        '\u200b',
        'a\'b"c\\d$1',
        '{a,b}',
        'NULL',
        '\n\t\r',
        '%_',
        '\ufffd',
      ]
      await service.record(ids.map(id => ({ userId: id, category: 'read', itemKey: id, metadata: { [id]: id } })))
      for (const id of ids) {
        const { status, completion } = await service.record(read(id, id))
        expect({ status, ...completion }).toMatchObject({
          status: 'duplicate',
          userId: id,
          itemKey: id,
          metadata: { [id]: id },
        })
        expect((await service.record(write(id))).awarded.map(({ id }) => id)).toEqual(['both'])
      }
      expect(await service.verify()).toEqual([])
    })

    // PGlite cuts it off what it returns, so that two ids would be one.
    test('an id that begins with a byte order mark is refused', async () => {
      for (const field of ['userId', 'category', 'itemKey']) {
        const call = service.record({ ...read('ann'), [field]: '\ufeffread' })
        await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
      }
    })

    test('ids of the greatest length are stored, and one byte more is refused', async () => {
      const longest = { userId: `${'é'.repeat(127)}a`, category: '\u{1f3af}'.repeat(25), itemKey: 'x'.repeat(512) }
      expect((await service.record(longest)).status).toBe('recorded')
      expect((await service.record(longest)).status).toBe('duplicate')
      for (const [field, id] of Object.entries(longest)) {
        const call = service.record({ ...longest, [field]: `${id}x` })
        await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
      }
    })
  })

  describe('a clock that steps', () => {
    test('back by a day between the call and the write changes nothing of what is counted', async () => {
      const real = Date.now()
      let calls = 0
      const now = () => new Date(calls++ === 0 ? real : real - 25 * 3_600_000)
      const service = createMilestoneService({ db: database.db, catalog, now })
      expect((await service.record(lessons('ann', 10))).flatMap(({ awarded }) => awarded)).toHaveLength(1)
      expect(await service.verify()).toEqual([])
      expect(await service.checkAndAwardMilestones('ann')).toEqual([])
    })

    test('ahead by 400 days and back again loses and repeats nothing', async () => {
      const ahead = new Date(Date.now() + 400 * 86_400_000)
      const early = createMilestoneService({ db: database.db, catalog, now: () => ahead })
      await early.record(lessons('ann', 9))
      const service = createMilestoneService({ db: database.db, catalog })
      expect((await service.record(lesson('ann', 'now'))).awarded.map(({ id }) => id)).toEqual(['ten'])
      expect((await service.record(lesson('ann', 'now'))).awarded.map(({ id }) => id)).toEqual(['ten'])
      expect(await service.verify()).toEqual([])
      expect(await service.checkAndAwardMilestones('ann')).toEqual([])
    })
  })
})
