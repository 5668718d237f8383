import { describe, expect, test } from 'vitest'
import { parseCatalog } from '../../src/index.js'
import { expectAccessibleInEachTheme, expectNoSidewaysScroll } from '../support/pages.js'
import { atDesk, follow } from './desk.js'
import { startStudioServer } from './studio-server.js'

const milestone = (id: string, target: number, more: object = {}) => ({
  id,
  title: `The ${id} one`,
  requirement: { type: 'count', category: 'lesson', target },
  ...more,
})
const catalogWith = (retired: boolean) => ({
  currencies: ['gems', 'stars'],
  boards: [
    { id: 'lessons', title: 'Most lessons', by: { type: 'count', category: 'lesson' } },
    {
      id: 'term',
      title: 'Points of the term',
      by: 'points',
      seasons: [{ name: 'Summer term', from: '2026-05-01', until: '2026-08-01' }],
    },
  ],
  milestones: [
    milestone('earned', 2),
    milestone('expired', 1, { expiresAfter: 'PT1M' }),
    milestone('open', 5),
    milestone('locked', 3, { after: ['open'] }),
    milestone('upcoming', 3, { available: { from: '2027-01-01', until: '2028-01-01' } }),
    milestone('over', 3, { available: { from: '2025-01-01', until: '2026-01-01' } }),
    milestone('revoked', 1),
    milestone('retired', 3, { retired }),
    milestone('unheld', 3, { retired: true }),
    milestone('hidden', 3, { hidden: true }),
    milestone('often', 1, { repeatable: {} }),
    milestone('course', 0, { requirement: { type: 'count', category: 'lesson', items: { list: 'course:ts' } } }),
  ],
})
const by = { reason: 'A test', by: 'support' }

describe('the status of a user for each milestone', () => {
  const desk = atDesk(async () => {
    const server = await startStudioServer({ catalog: catalogWith(false), userCount: 0 })
    const { service } = server
    const completedAt = new Date('2026-01-05T12:00:00Z')
    await service.record(['a', 'b'].map(itemKey => ({ userId: 'ann', category: 'lesson', itemKey, completedAt })))
    await service.revokeBadge('ann', 'revoked', by)
    await service.awardBadge('ann', 'retired', by)
    await service.adjustPoints('ann', { points: 7, currency: 'gems', key: 'gift', ...by })
    await service.adjustPoints('ann', { points: 9, currency: 'stars', key: 'star', ...by })
    await service.spend('ann', { currency: 'gems', amount: 5, key: 'order:1', reason: 'A hint' })
    await service.apply(parseCatalog(catalogWith(true)))
    return server
  })
  const expected = [
    ['earned', 'Earned', 0],
    ['expired', 'Expired', 0],
    ['open', 'Open', 1],
    ['locked', 'Locked', 1],
    ['upcoming', 'Upcoming', 1],
    ['over', 'Over', 0],
    ['revoked', 'Revoked', 0],
    ['retired', 'Retired', 0],
    ['unheld', 'Retired', 0],
    ['hidden', 'Hidden', 0],
    ['often', 'Earned', 0],
  ] as const

  test('is said in a word, with a bar only while it can be earned', async () => {
    const page = await desk.open('users/ann?tab=why', { reducedMotion: 'reduce' })
    const table = page.getByRole('region', { name: 'Milestones' })
    for (const [id, word, barCount] of expected) {
      const row = table.getByRole('row').filter({ hasText: `The ${id} one` })
      await row.getByText(word, { exact: true }).waitFor()
      expect([id, await row.locator('[data-part=bar]').count()]).toEqual([id, barCount])
    }
    expect(await table.getByRole('row').filter({ hasText: 'The open one' }).textContent()).toContain('2 of 5')
    expect(await table.getByRole('row').filter({ hasText: 'The often one' }).textContent()).toContain('2 times')
    await expectAccessibleInEachTheme(page)
    await page.setViewportSize({ width: 320, height: 720 })
    await expectNoSidewaysScroll(page)
  })

  test('comes with the coins of the user, what they were spent on, and those of one currency alone', async () => {
    const page = await desk.open('users/ann?tab=ledger', { reducedMotion: 'reduce' })
    const row = page.getByRole('row').filter({ hasText: 'order:1' })
    expect(await row.textContent()).toContain('Spent order:1: A hint')
    expect(await row.textContent()).toContain('5 gems')
    await page.getByRole('term').filter({ hasText: 'gems' }).waitFor()
    await page.getByRole('definition').filter({ hasText: /^2$/ }).waitFor()
    const table = page.getByRole('region', { name: 'Points and coins' })
    await page.getByRole('combobox', { name: 'Show' }).selectOption('Only stars')
    await expect.poll(() => table.locator('tbody tr').allTextContents()).toHaveLength(1)
    expect(await table.locator('tbody tr').textContent()).toContain('+9 stars')
    expect(new URL(page.url()).search).toBe('?tab=ledger&currency=stars')
    await page.setViewportSize({ width: 320, height: 720 })
    await expectNoSidewaysScroll(page)
  })

  test('is shown above the explanation, which has no bars if nothing can be earned', async () => {
    const page = await desk.open('')
    const words = new Map<string, string>([...expected.map(([id, word]) => [id, word] as const), ['hidden', 'Open']])
    for (const [id, word] of words) {
      await follow(page, `${desk.server.url}users/ann?tab=why&milestone=${id}`)
      await page.getByText(`The ${id} one: ${word.toLowerCase()}`).waitFor()
      const hasBar = (await page.locator('[data-part=bar]').count()) > 0
      expect([id, hasBar]).toEqual([id, !['over', 'revoked', 'retired', 'unheld'].includes(id)])
    }
  })

  test('has a place on each board of the catalog, which says its period', async () => {
    const page = await desk.open('leaderboard', { reducedMotion: 'reduce' })
    const board = page.getByRole('combobox', { name: 'Board' })
    await board.selectOption('Most lessons')
    await page.getByRole('columnheader', { name: 'Value' }).waitFor()
    const row = page.getByRole('row').filter({ hasText: 'ann' })
    expect(await row.getByRole('cell').nth(2).textContent()).toBe('2')
    expect(new URL(page.url()).search).toBe('?board=lessons')
    await page.getByText('Most lessons. On equal values, the user who got there first is ahead.').waitFor()
    await page.getByText('category: "lesson"').waitFor()
    await board.selectOption('Points of the term')
    await page.getByText('Most points, by season (UTC): Summer term (May 1').waitFor()
    await page.getByText('Summer term: from May 1, 2026').waitFor()
    await page.setViewportSize({ width: 320, height: 720 })
    await expectNoSidewaysScroll(page)
  })

  test('changes with the items of a list, after a plan that says how', async () => {
    const page = await desk.open('lists', { reducedMotion: 'reduce' })
    const row = page.getByRole('row').filter({ hasText: 'course:ts' })
    expect(await row.textContent()).toBe('course:tscoursenone–')
    await row.getByRole('link', { name: 'course:ts' }).click()
    await page.getByLabel('Item keys').fill('b\na\n\na\n')
    await page.getByRole('heading', { name: '2 items' }).waitFor()
    await page.getByRole('button', { name: 'Plan', exact: true }).click()
    await page.getByRole('heading', { name: '1 user of 1 would change.' }).waitFor()
    await expectAccessibleInEachTheme(page)
    await page.setViewportSize({ width: 320, height: 720 })
    await expectNoSidewaysScroll(page)
    await page.getByRole('button', { name: 'Apply…' }).click()
    await page.getByText('the list “course:ts” has 2 items', { exact: false }).waitFor()
    await page.getByLabel('Reason').fill('The course is published')
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('1 user recalculated, 1 badge awarded', { exact: false }).waitFor()
    expect(await desk.server.service.getItems('course:ts')).toEqual(['a', 'b'])
    await page.getByRole('link', { name: 'course', exact: true }).click()
    await page.getByRole('link', { name: 'ann' }).waitFor()
  })
})
