import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessibleInEachTheme, expectNoSidewaysScroll, themesOf } from '../support/pages.js'
import { isLong } from '../support/scale.js'
import { expectLooks } from '../support/screenshots.js'
import { atDesk, follow, settled, show, views, wide } from './desk.js'
import { startStudioServer } from './studio-server.js'

const narrow = { width: 320, height: 720 }
const pictures = new Map([
  ['', 'overview'],
  ['milestones', 'milestones'],
  ['milestones/all-rounder', 'milestone'],
  ['users', 'users'],
  ['users/ann?tab=why&milestone=all-rounder', 'why'],
  ['users/ann?tab=calendar', 'calendar'],
  ['leaderboard', 'leaderboard'],
])

describe('Studio below a path, in Chromium', () => {
  const desk = atDesk(() => startStudioServer({ basePath: '/x' }))

  test('every view is accessible, fits into 320 px too, and the main ones look as they did, light and dark; addresses show it again', async () => {
    const page = await desk.open('', { reducedMotion: 'reduce' })
    const loaded = await desk.page({ reducedMotion: 'reduce', viewport: narrow, isSignedIn: true })
    const hosts = new Set<string>()
    for (const each of [page, loaded]) each.on('request', request => hosts.add(new URL(request.url()).host))
    for (const [i, view] of views.entries()) {
      const address = desk.server.url + view
      await follow(page, address)
      await expectAccessibleInEachTheme(page)
      await expectPictured(page, view)
      const shown = await textOf(page)
      if (isLoaded(i)) {
        await show(loaded, address)
        expect(loaded.url()).toBe(address)
        await expectNoSidewaysScroll(loaded)
        await loaded.setViewportSize(wide)
        await expect.poll(() => textOf(loaded)).toBe(shown)
        await loaded.setViewportSize(narrow)
      } else {
        await page.setViewportSize(narrow)
        await expectNoSidewaysScroll(page)
        await page.setViewportSize(wide)
      }
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Admin key').waitFor()
    await expectAccessibleInEachTheme(page)
    expect([...hosts]).toEqual([new URL(desk.server.url).host])
  })

  test('its scripts are below 350 KB gzipped, all of them together', () => {
    const folder = new URL('../../.cache/studio/assets/', import.meta.url)
    const scripts = readdirSync(folder).filter(name => name.endsWith('.js'))
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(350_000)
  })

  test('its page loads nothing from other origins and cannot be framed', async () => {
    const { headers } = await fetch(`${desk.server.url}users/ann`)
    const policy = headers.get('content-security-policy')!
    expect(policy).toMatch(/^default-src 'self';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  test('each chart has its figures as a table', async () => {
    const page = await desk.open('')
    for (const label of ['Badges per day', 'Active users per day']) {
      const chart = page.getByRole('figure').filter({ has: page.getByRole('img', { name: label }) })
      await chart.getByText('Figures as a table').click()
      expect(await chart.getByRole('row').count()).toBe(31)
    }
    await show(page, `${desk.server.url}milestones/reader`)
    await page.getByText('Figures as a table').click()
    expect(await page.getByRole('figure').getByRole('row').count()).toBe(10)
    await show(page, `${desk.server.url}users/ann?tab=calendar`)
    await page.getByText('Days as a table').click()
    expect(await page.getByRole('region', { name: 'Days', exact: true }).getByRole('row').count()).toBe(13)
  })

  test('single letters open a view, but not while typing, and not if they are switched off', async () => {
    const page = await desk.open('milestones')
    const went: string[] = []
    page.on('framenavigated', frame => went.push(new URL(frame.url()).pathname))
    const { keyboard } = page
    await keyboard.type('gu')
    await page.getByRole('searchbox').focus()
    await keyboard.type('gk')
    expect(await page.getByRole('searchbox').inputValue()).toBe('gk')
    const choice = page.getByRole('button', { name: 'Single-key shortcuts' })
    await choice.click()
    await keyboard.type('gk/')
    await page.reload()
    await settled(page)
    expect(await choice.getAttribute('aria-pressed')).toBe('false')
    await choice.click()
    await keyboard.type('gh')
    await page.getByRole('heading', { name: 'Health' }).waitFor()
    expect([...new Set(went)]).toEqual(['/x/studio/users', '/x/studio/health'])
  })

  test('what takes a while says so', async () => {
    const page = await desk.open('')
    let release = (): void => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    await page.route('**/v1/leaderboard**', async route => {
      await held
      await route.continue()
    })
    await page.getByRole('link', { name: 'Leaderboards' }).click()
    await page.getByRole('status').filter({ hasText: 'Loading…' }).waitFor()
    release()
    await page.getByRole('link', { name: 'fatima', exact: true }).waitFor()
    expect(await page.getByText('Loading…').count()).toBe(0)
  })

  test('a server that is not ready is shown as such, and failed reads can be retried', async () => {
    const { db } = desk.server
    await db.execute(sql`update milepost.migrations set name = 'aside' where name = '0008_studio_reads'`)
    const page = await desk.open('health', { mayFail: true })
    await page.getByText('Not ready (503)').waitFor()
    await page.getByText('not applied: 0008_studio_reads').waitFor()
    await db.execute(sql`update milepost.migrations set name = '0008_studio_reads' where name = 'aside'`)
    await page.reload()
    await page.getByText('Ready: this server').waitFor()

    let mayPass = false
    await page.route('**/v1/studio/users**', route => (mayPass ? route.continue() : route.abort()))
    await page.getByRole('link', { name: 'Users' }).click()
    const again = page.getByRole('alert').getByRole('button', { name: 'Try again' })
    await again.waitFor()
    mayPass = true
    await again.click()
    await page.getByRole('link', { name: 'ann', exact: true }).waitFor()
  })
})

/** All views in the long run, else every third: the same page comes for each address. */
const isLoaded = (i: number): boolean => isLong || i % 3 === 0

/** What a view says, whether it is told live yet or not. */
async function textOf(page: Page): Promise<string> {
  return (await page.locator('main').textContent())!.replace(/\bNot live\b/g, 'Live')
}

async function expectPictured(page: Page, view: string): Promise<void> {
  const name = pictures.get(view)
  if (name === undefined) return
  if (name === 'overview') await page.getByText('Live', { exact: true }).waitFor()
  for (const colorScheme of themesOf([...pictures.keys()].indexOf(view))) {
    await page.emulateMedia({ colorScheme })
    await expectLooks(page, `${name}-${colorScheme}`)
  }
}
