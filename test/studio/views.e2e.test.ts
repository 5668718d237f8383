import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { expectAccessibleInBothThemes, expectNoSidewaysScroll } from '../support/pages.js'
import { expectLooks } from '../support/screenshots.js'
import { atDesk, settled, show, views } from './desk.js'
import { startStudioServer } from './studio-server.js'

describe('Studio below a path, in Chromium', () => {
  const desk = atDesk(() => startStudioServer({ basePath: '/x' }))

  test('every view is accessible, light and dark', async () => {
    const page = await desk.open('', { reducedMotion: 'reduce' })
    for (const view of views) {
      await show(page, desk.server.url + view)
      await expectAccessibleInBothThemes(page)
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Admin key').waitFor()
    await expectAccessibleInBothThemes(page)
    await page.context().close()
  })

  test('no view scrolls sideways at 320 px', async () => {
    const page = await desk.open('', { viewport: { width: 320, height: 720 } })
    for (const view of views) {
      await show(page, desk.server.url + view)
      await expectNoSidewaysScroll(page)
    }
    await page.context().close()
  })

  test('every view has an address that shows it again, and loads nothing from elsewhere', async () => {
    const page = await desk.open('')
    const hosts = new Set<string>()
    page.on('request', request => hosts.add(new URL(request.url()).host))
    for (const view of views) {
      await show(page, desk.server.url + view)
      const shown = await page.locator('main').textContent()
      expect(page.url()).toBe(desk.server.url + view)
      await page.reload()
      await settled(page)
      const liveless = (text: string | null): string => text!.replace(/\bNot live\b/g, 'Live')
      expect(liveless(await page.locator('main').textContent())).toBe(liveless(shown))
    }
    expect([...hosts]).toEqual([new URL(desk.server.url).host])
    await page.context().close()
  })

  const pictures = [
    ['overview', ''],
    ['milestones', 'milestones'],
    ['milestone', 'milestones/all-rounder'],
    ['users', 'users'],
    ['why', 'users/ann?tab=why&milestone=all-rounder'],
    ['calendar', 'users/ann?tab=calendar'],
    ['leaderboard', 'leaderboard'],
  ] as const

  test('the main views look as they did, light and dark', async () => {
    const page = await desk.open('', { reducedMotion: 'reduce' })
    for (const [name, view] of pictures) {
      await show(page, desk.server.url + view)
      if (name === 'overview') await page.getByText('Live', { exact: true }).waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectLooks(page, `${name}-${colorScheme}`)
      }
    }
    await page.context().close()
  })

  test('its scripts are below 350 KB gzipped, all of them together', () => {
    const folder = new URL('../../.cache/studio/assets/', import.meta.url)
    const scripts = readdirSync(folder).filter(name => name.endsWith('.js'))
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(350_000)
  })

  test('its page lets nothing come from elsewhere, and nobody frame it', async () => {
    const { headers } = await fetch(`${desk.server.url}users/ann`)
    const policy = headers.get('content-security-policy')!
    expect(policy).toMatch(/^default-src 'self';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  test('each chart has its figures as a table', async () => {
    const page = await desk.open('')
    for (const label of ['Badges a day', 'Active users a day']) {
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
    await page.context().close()
  })

  test('single letters go to a view, but not out of a field, and not where they are switched off', async () => {
    const page = await desk.open('milestones')
    const went: string[] = []
    page.on('framenavigated', frame => went.push(new URL(frame.url()).pathname))
    const { keyboard } = page
    await keyboard.type('gu')
    await page.getByRole('searchbox').focus()
    await keyboard.type('gk')
    expect(await page.getByRole('searchbox').inputValue()).toBe('gk')
    const choice = page.getByRole('button', { name: 'Shortcuts by single letters' })
    await choice.click()
    await keyboard.type('gk/')
    await page.reload()
    await settled(page)
    expect(await choice.getAttribute('aria-pressed')).toBe('false')
    await choice.click()
    await keyboard.type('gh')
    await page.getByRole('heading', { name: 'Health' }).waitFor()
    expect([...new Set(went)]).toEqual(['/x/studio/users', '/x/studio/health'])
    await page.context().close()
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
    await page.context().close()
  })

  test('a server that is not ready is shown as such, and what fails can be tried again', async () => {
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
    await page.context().close()
  })
})
