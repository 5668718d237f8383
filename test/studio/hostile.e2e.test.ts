import { describe, expect, test } from 'vitest'
import { hostileStrings } from '../support/hostile-strings.js'
import { isLong } from '../support/scale.js'
import { atDesk, follow, show } from './desk.js'
import { startStudioServer } from './studio-server.js'

const catalog = {
  milestones: hostileStrings.map((text, i) => ({
    id: `m${i}`,
    title: text,
    description: text,
    icon: text,
    requirement: { type: 'count', category: text, items: [text], target: 1 },
    reward: { badge: text, badgeIcon: text, points: 1, unlocks: [text] },
  })),
}

describe('names, titles and icons that try to be markup', () => {
  const desk = atDesk(async () => {
    const server = await startStudioServer({ catalog, userCount: 0 })
    await server.service.record(
      hostileStrings.map(text => ({ userId: text, category: text, itemKey: text, metadata: { [text]: text } })),
    )
    for (const text of hostileStrings) await server.service.awardBadge(text, 'm0', { reason: text, by: text })
    return server
  })

  test('stay text in each view', async () => {
    const page = await desk.open('', { viewport: { width: 1280, height: 2600 } })
    const ran: string[] = []
    page.on('dialog', dialog => ran.push(dialog.message()))
    const main = page.locator('main')
    for (const view of ['', 'milestones', 'users', 'audit', 'leaderboard', 'plan']) {
      await follow(page, desk.server.url + view)
      if (view === 'plan') await page.getByRole('button', { name: 'Start from the current catalog' }).click()
      const shown = await main.textContent()
      if (view === 'users') for (const text of hostileStrings) expect(shown).toContain(text)
      const foreign = main.locator('script, img, iframe, object, embed, video, audio, form, style, link, base, meta')
      expect([view, await foreign.count(), ran]).toEqual([view, 0, []])
    }
  })

  test('stay text as a user, a milestone and a reason', async () => {
    const page = await desk.open('')
    const ran: string[] = []
    page.on('dialog', dialog => ran.push(dialog.message()))
    const html = async (address: string): Promise<string> => (await fetch(address)).text()
    const served = await html(`${desk.server.url}users/ann`)
    for (const [i, text] of hostileStrings.entries()) {
      const user = `${desk.server.url}users/${encodeURIComponent(text)}`
      const address = i % 2 ? user : `${user}?tab=why&milestone=m${i}`
      // What a browser loads is the same whatever the address says; the view is made from the address in either way.
      expect(await html(address)).toBe(served)
      await follow(page, address)
      expect(await page.locator('h1').textContent()).toBe(text)
      if (i % (isLong ? 4 : 12)) continue
      await show(page, address)
      expect(await page.locator('h1').textContent()).toBe(text)
      await follow(page, `${desk.server.url}milestones/m${i}`)
      expect(await page.locator('h1').textContent()).toBe(text)
      await page.getByRole('region', { name: 'Holders' }).getByRole('link', { name: text, exact: true }).waitFor()
    }
    expect(ran).toEqual([])
  })
})
