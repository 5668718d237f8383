import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { scale } from '../support/scale.js'
import { atDesk, follow, show } from './desk.js'
import { startStudioServer } from './studio-server.js'
import { studioNow } from './studio-users.js'

const userCount = 100_000

describe('Studio without users, and with 100,000 users', () => {
  const desk = atDesk(() => startStudioServer({ userCount: 0 }))

  test('without users, every view says what it will show', async () => {
    const page = await desk.open('')
    const said = [
      ['', 'No badges yet'],
      ['milestones/reader', 'No holders yet'],
      ['users', 'No user yet'],
      ['leaderboard', 'No points here yet'],
      ['webhooks', 'No webhook yet'],
      ['plan', 'No catalog was applied yet'],
      ...[
        ['timeline', 'No data for this user'],
        ['why', 'Milestones of this user'],
        ['badges', 'No badges yet'],
        ['metrics', 'No metrics yet'],
        ['ledger', 'No points yet'],
        ['audit', 'No manual changes yet'],
      ].map(([tab, words]) => [`users/nobody?tab=${tab}`, words]),
    ] as const
    for (const [view, words] of said) {
      await follow(page, desk.server.url + view)
      await page.getByText(words!).first().waitFor()
    }
  })

  test('a table of 100,000 rows has few in the page, reads on by key, and finds the last one by its beginning', async () => {
    await desk.server.db.execute(sql`insert into milepost.user_standings (user_id, counted_with, points, badge_count, reached_at)
      select 'user-' || lpad(i::text, 6, '0'), '', i, 1, timestamptz '2026-05-01' + i * interval '1 second' from generate_series(1, ${userCount}::int) as i`)
    const page = await desk.open('users')
    const asked: URL[] = []
    page.on('request', request => request.url().includes('/v1/studio/users') && asked.push(new URL(request.url())))
    const table = page.getByRole('region', { name: 'Users' })
    const rows = table.locator('tbody tr:not([aria-hidden])')
    let most = 0
    for (let pages = 1; pages <= scale(10, 30); pages += 1) {
      const next = page.waitForResponse(response => response.url().includes('cursor='))
      await table.evaluate(box => box.scrollTo(0, box.scrollHeight))
      await next
      // Of the next page: before that is shown, the end of the table is where it was.
      await expect
        .poll(() => table.locator('tbody').textContent())
        .toContain(`user-${String(pages * 100 + 5).padStart(6, '0')}`)
      most = Math.max(most, await rows.count())
    }
    expect(most).toBeGreaterThan(15)
    expect(most).toBeLessThan(60)
    expect(asked.every(({ searchParams }) => searchParams.get('cursor') && searchParams.get('limit') === '100')).toBe(
      true,
    )
    expect(new Set(asked.map(String)).size).toBe(asked.length)
    expect(await table.locator('thead tr').getAttribute('aria-rowindex')).toBe('1')
    asked.length = 0
    await page.clock.setFixedTime(studioNow.getTime() + 3_600_000)
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
    await page.getByRole('link', { name: 'Leaderboards' }).click()
    await page.getByRole('link', { name: 'user-100000' }).waitFor()
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await expect.poll(() => asked.length).toBe(5)
    await table.evaluate(box => box.scrollTo(0, box.scrollHeight))
    await expect.poll(() => table.locator('tbody').textContent()).toContain('user-000505')
    expect(asked.length).toBeLessThanOrEqual(7)
    asked.length = 0
    // However long the letters take to come, no time passes between them.
    await page.clock.pauseAt(studioNow.getTime() + 3_600_000)
    await page.getByRole('searchbox').pressSequentially('user-1')
    await page.clock.resume()
    await page.getByRole('link', { name: 'user-100000' }).waitFor()
    expect(await rows.count()).toBe(1)
    expect(asked.length).toBeLessThan(6)
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('')
    await page.getByRole('link', { name: 'user-000001' }).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await show(page, `${desk.server.url}leaderboard`)
    await page.getByRole('link', { name: 'user-100000' }).waitFor()
  })
})
