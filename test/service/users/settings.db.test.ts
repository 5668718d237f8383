import { expect, test } from 'vitest'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  points: [{ category: 'lesson', points: 2 }],
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
}

const untouched = { timeZone: 'UTC', dayStartsAt: null, visibility: 'on', attributes: {} }

describeOnEach(everyDatabase, 'settings', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const manyNames = (count: number, from = 0) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`name-${from + i}`, 'x']))

  test('are the defaults for an unknown user, otherwise the last values set', async () => {
    const service = newService()
    expect(await service.getUserSettings('ann')).toEqual(untouched)
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin', attributes: { team: 'red', course: 'b-1' } })
    await service.updateUserSettings('ann', {
      visibility: 'quiet',
      attributes: { team: 'blue', course: null, never: null },
    })
    const settings = { ...untouched, timeZone: 'Europe/Berlin', visibility: 'quiet', attributes: { team: 'blue' } }
    expect(await service.getUserSettings('ann')).toEqual(settings)
    await service.updateUserSettings('ann', {})
    expect(await service.getUserSettings('ann')).toEqual(settings)
    expect((await service.exportUser('ann')).attributes).toEqual([{ name: 'team', value: 'blue' }])
  })

  test.each([
    [{ attributes: { '2nd': 'x' } }, 'attributes'],
    [{ attributes: { 'a:b': 'x' } }, 'attributes'],
    [{ attributes: { team: '' } }, 'attributes.team'],
    [{ attributes: { team: 7 } }, 'attributes.team'],
    [{ attributes: { team: 'x'.repeat(256) } }, 'attributes.team'],
    [{ attributes: { team: 'a\u0000' } }, 'attributes.team'],
    [{ attributes: ['red'] }, 'attributes'],
    [{ attributes: manyNames(51) }, 'attributes'],
    [{ visibility: 'loud' }, 'visibility'],
    [{ timeZone: '+02:00' }, 'timeZone'],
  ])('refuse %j whole', async (wrong, field) => {
    const service = newService()
    const given = { timeZone: 'Europe/Berlin', visibility: 'off', attributes: { team: 'red' }, ...wrong } as object
    await expect(service.updateUserSettings('ann', given)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field },
    })
    expect(await service.getUserSettings('ann')).toEqual(untouched)
  })

  test('hold 50 attributes, and refuse whole what would make more', async () => {
    const service = newService()
    await service.updateUserSettings('ann', { attributes: manyNames(50) })
    const more = service.updateUserSettings('ann', { timeZone: 'Europe/Berlin', attributes: manyNames(1, 50) })
    await expect(more).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'attributes' } })
    expect(await service.getUserSettings('ann')).toMatchObject({ timeZone: 'UTC', attributes: manyNames(50) })
    await service.updateUserSettings('ann', { attributes: { 'name-0': null, ...manyNames(1, 50) } })
  })

  test('are kept when two set them at once', async () => {
    const service = newService()
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(name => service.updateUserSettings('ann', { attributes: { [name]: name } })),
    )
    expect((await service.getUserSettings('ann')).attributes).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd' })
  })

  test('are deleted with the user, and do not come back', async () => {
    const service = newService()
    await service.updateUserSettings('ann', { attributes: { team: 'red' } })
    await service.eraseUser('ann', { reason: 'asked for it' })
    expect((await service.getUserSettings('ann')).attributes).toEqual({})
    const late = service.updateUserSettings('ann', { attributes: { team: 'red' } })
    await expect(late).rejects.toMatchObject({ code: 'USER_ERASED' })
  })

  const group = { attribute: 'team', value: 'red' }
  const users = ['ann', 'bob', 'cem', 'dee', 'eve', 'fay']
  const filled = async () => {
    const service = newService()
    const lessons = users.flatMap((userId, i) =>
      Array.from({ length: i + 1 }, (_, n) => ({ userId, category: 'lesson', itemKey: String(n) })),
    )
    await service.record(lessons)
    for (const userId of ['ann', 'cem', 'dee', 'fay'])
      await service.updateUserSettings(userId, { attributes: { team: 'red' } })
    await service.updateUserSettings('bob', { attributes: { team: 'blue', other: 'red' } })
    await service.updateUserSettings('dee', { visibility: 'off' })
    return service
  }
  const shown = ({ entries }: { entries: readonly { rank: number; userId: string; points: number }[] }) =>
    entries.map(({ rank, userId, points }) => `${rank} ${userId} ${points}`)

  test.each([undefined, 'week', 'month'] as const)('narrow a leaderboard (period %s) to a group', async period => {
    const service = await filled()
    const query = { group, ...(period && { period }) }
    expect(shown(await service.getLeaderboard(query))).toEqual(['1 fay 12', '2 cem 6', '3 ann 2'])
    const first = await service.getLeaderboard({ ...query, limit: 2 })
    expect(shown(first)).toEqual(['1 fay 12', '2 cem 6'])
    expect(shown(await service.getLeaderboard({ ...query, after: first.next! }))).toEqual(['3 ann 2'])
    expect(shown(await service.getLeaderboard({ ...query, around: 'cem', limit: 3 }))).toEqual([
      '1 fay 12',
      '2 cem 6',
      '3 ann 2',
    ])
    expect(shown(await service.getLeaderboard({ ...query, around: 'bob' }))).toEqual([])
    expect(shown(await service.getLeaderboard({ group: { attribute: 'team', value: 'green' } }))).toEqual([])
  })

  test.each([['red'], [{ attribute: 'team' }], [{ attribute: 'te am', value: 'red' }]])(
    'refuse the group %j',
    async wrong => {
      const refused = newService().getLeaderboard({ group: wrong as never })
      await expect(refused).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    },
  )
})
