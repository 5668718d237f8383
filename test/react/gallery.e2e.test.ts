import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { keepProcess, launchBrowser, type TestBrowser } from '../support/browser.js'
import { hostileStrings } from '../support/hostile-strings.js'
import {
  expectAccessible,
  expectAccessibleInEachTheme,
  expectNoSidewaysScroll,
  watchConsole,
} from '../support/pages.js'
import { expectLooks } from '../support/screenshots.js'
import { type GalleryPage, type GalleryServer, openGallery, type TurnedPage, turnTo } from './gallery-server.js'

const now = '2026-06-01T12:00:00Z'
const longStay = { stayMs: 600_000 }
const usual = { width: 800, height: 900 }

let browser: TestBrowser
let gallery: GalleryServer
// Those with another clock than the machine's, and the others: a process for each page costs as much as three pages.
let clocked: BrowserContext
let timely: BrowserContext
let faults: (readonly string[])[] = []

beforeAll(async () => {
  ;[browser, gallery] = await Promise.all([launchBrowser(), openGallery()])
  clocked = await browser.newContext()
  await clocked.clock.install({ time: now })
  timely = await browser.newContext()
  for (const context of [clocked, timely]) await keepProcess(context, gallery.stylesheet)
})
afterAll(() => Promise.all([browser.close(), gallery.close()]))
afterEach(() => {
  // Also what a strict content security policy refuses stands there.
  const told = faults.flat()
  faults = []
  expect(told).toEqual([])
})

type Looks = {
  readonly reducedMotion?: 'reduce' | 'no-preference'
}

async function open(page: GalleryPage): Promise<Page> {
  return show(await newPage(), page)
}

/** Opens a page that shows nothing yet; it closes with the test. */
async function newPage(looks: Looks = {}, context = clocked): Promise<Page> {
  const shown = await context.newPage()
  onTestFinished(() => shown.close())
  faults.push(watchConsole(shown))
  await shown.setViewportSize(usual)
  if (looks.reducedMotion) await shown.emulateMedia({ reducedMotion: looks.reducedMotion })
  return shown
}

async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  return context
}

/** Goes to a page in a tab: the second costs a fifth of the first, since its process is there. */
async function show(shown: Page, page: GalleryPage): Promise<Page> {
  await shown.clock.setSystemTime(now)
  await shown.goto(gallery.addressOf(page))
  return settled(shown, page)
}

/** Shows another state on a page that shows one. */
async function turn(shown: Page, page: TurnedPage): Promise<Page> {
  await turnTo(shown, page)
  return settled(shown, page)
}

async function settled(shown: Page, { network }: GalleryPage): Promise<Page> {
  await shown.locator(settledBy[network]).first().waitFor()
  // Each component reads for itself: one may be there before another.
  if (network === 'answers' || network === 'hostile')
    await shown.locator('.mp-bone').first().waitFor({ state: 'detached' })
  // What skeletons wait for before they are seen.
  await shown.clock.runFor(1_000)
  return shown
}

const settledBy = {
  answers: '.mp-leaders tbody',
  hostile: '.mp-leaders tbody',
  empty: '.mp-empty',
  waits: '.mp-bone',
  fails: '.mp-note',
  mends: '.mp-note',
  offline: '.mp-note',
} as const

const states = ['answers', 'empty', 'waits', 'fails', 'offline'] as const

describe('every component', () => {
  test('is accessible and fits into 320 px in each state, light and dark, with names of 80 characters, from both sides', async () => {
    const shown = await newPage({ reducedMotion: 'reduce' })
    const pages: readonly TurnedPage[] = [
      ...[...states, 'hostile' as const].map(network => ({ network })),
      { network: 'answers', dir: 'rtl' },
    ]
    for (const [i, page] of pages.entries()) {
      const asked = { ...page, award: longStay }
      await (i === 0 ? show(shown, asked) : turn(shown, asked))
      if (page.network === 'answers') await shown.locator('.mp-toast').waitFor()
      if (i < states.length) await expectAccessibleInEachTheme(shown)
      await shown.setViewportSize({ width: 320, height: 700 })
      await expectNoSidewaysScroll(shown)
      await shown.setViewportSize(usual)
    }
  })

  test('looks as it was drawn, in light and dark, narrow, and from right to left', async () => {
    const page: TurnedPage = { network: 'answers' }
    const shown = await open({ ...page, award: { ...longStay, confetti: false } })
    await expectLooks(shown, 'light')
    await shown.emulateMedia({ colorScheme: 'dark' })
    await expectLooks(shown, 'dark')
    await shown.emulateMedia({ colorScheme: 'light' })
    await expectLooks(await turn(shown, { ...page, dir: 'rtl', language: 'ar' }), 'arabic')
    await expectLooks((await turn(shown, page)).locator('section').last(), 'stones')
    await expectLooks(shown.locator('section').filter({ has: shown.getByRole('combobox') }), 'boards')
    await shown.evaluate(() => scrollTo(0, 0))
    await shown.setViewportSize({ width: 320, height: 900 })
    await expectLooks(shown, 'narrow')
  })

  test('is on one side what it is on the other, where a page runs from right to left', async () => {
    const selectors = ['.mp-card .mp-stone', '.mp-badge', '.mp-tick']
    const boxesOf = (shown: Page) =>
      Promise.all(selectors.map(selector => shown.locator(selector).first().boundingBox()))
    const shown = await open({ network: 'answers' })
    const left = await boxesOf(shown)
    const right = await boxesOf(await turn(shown, { network: 'answers', dir: 'rtl' }))
    for (const [i, selector] of selectors.entries())
      expect(Math.round(right[i]!.x), selector).toBe(Math.round(usual.width - left[i]!.x - left[i]!.width))
  })

  test('is restyled by properties that the host sets', async () => {
    const shown = await open({ network: 'answers' })
    await shown.evaluate(() => document.documentElement.style.setProperty('--mp-accent', 'rgb(200, 0, 0)'))
    const colour = await shown.locator('.mp-streak-count strong').evaluate(element => getComputedStyle(element).color)
    expect(colour).toBe('rgb(200, 0, 0)')
  })
})

describe('where nothing comes by itself', () => {
  test('what is old for want of a network says so until the network is back', async () => {
    const shown = await open({ network: 'answers' })
    onTestFinished(() => clocked.setOffline(false))
    await clocked.setOffline(true)
    await expect.poll(() => shown.locator('.mp-level .mp-note').textContent()).toContain('You are offline')
    await clocked.setOffline(false)
    await expect.poll(() => shown.locator('.mp-note[role=status]').count()).toBe(0)
  })

  test('a missing or hidden milestone is reported as such', async () => {
    const shown = await open({ network: 'empty' })
    await expect.poll(() => shown.locator('.mp-why').textContent()).toContain('This milestone is missing or hidden.')
    expect(await shown.locator('.mp-why .mp-note').count()).toBe(0)
  })
})

describe('by keys alone', () => {
  test('what failed is loaded again', async () => {
    const shown = await open({ network: 'mends' })
    await shown.evaluate(() => {
      document.title = 'Mended'
    })
    await shown.keyboard.press('Tab')
    expect(await shown.evaluate(() => document.activeElement?.textContent)).toBe('Try again')
    await shown.keyboard.press('Enter')
    await expect.poll(() => shown.locator('.mp-level').textContent()).toContain('Level 4: Explorer')
    expect(await shown.locator('.mp-why .mp-note').count()).toBe(1)
  })

  test('a badge is chosen, and the focus is seen', async () => {
    const shown = await open({ network: 'answers', isSelectable: true })
    await shown.keyboard.press('Tab')
    await shown.keyboard.press('Tab')
    const outline = await shown.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
    expect(outline).toBe('solid')
    await shown.keyboard.press('Enter')
    expect(new URL(shown.url()).hash).toBe('#ten')
    await expectAccessible(shown)
  })

  test('another board is chosen, which shows its own values under its own name, and its season', async () => {
    const shown = await open({ network: 'answers' })
    const board = shown.getByRole('table')
    await shown.getByRole('combobox', { name: 'Leaderboard' }).focus()
    await shown.keyboard.type('Most')
    await shown.getByRole('table', { name: 'Most read' }).getByRole('columnheader', { name: 'Pages' }).waitFor()
    expect(await board.locator('tbody tr').first().textContent()).toContain('90.5')
    await board.getByText('Spring term').waitFor()
  })
})

describe('what a server rendered', () => {
  test.each([18, 19] as const)('is taken over by React %i without a mismatch', async react => {
    // Another zone and language than the server's.
    const elsewhere = await newContext({ timezoneId: 'Asia/Tokyo', locale: 'de-DE' })
    await elsewhere.clock.install({ time: now })
    const shown = await newPage({}, elsewhere)
    for (const hasInitial of [true, false]) {
      await show(shown, { network: 'answers', react, hasInitial, isRendered: true, award: longStay })
      await shown.getByText('Earned 28 days ago').first().waitFor()
      expect(faults.flat()).toEqual([])
    }
  })

  test('of the leaderboard is not the own place: it is read once the browser has taken over', async () => {
    const shown = await open({ network: 'answers', hasInitial: true, isRendered: true, isAllTime: true })
    await expect.poll(() => shown.locator('.mp-leaders tr[data-own=true]').textContent()).toContain('42ann')
  })

  test('is on the page before any script has run', async () => {
    const shown = await (await newContext({ javaScriptEnabled: false })).newPage()
    await shown.goto(gallery.addressOf({ network: 'answers', hasInitial: true, isRendered: true }))
    await expect.poll(() => shown.locator('.mp-level').textContent()).toContain('Level 4: Explorer')
    expect(await shown.locator('.mp-badge').count()).toBe(9)
  })
})

describe('an award', () => {
  test('is said in a region that is there before', async () => {
    const shown = await open({ network: 'empty', award: longStay })
    expect(await shown.locator('[role=status][aria-live=polite].mp-toaster').count()).toBe(1)
    await turn(shown, { network: 'answers', award: longStay })
    await expect
      .poll(() => shown.locator('[aria-live=polite].mp-toaster').textContent())
      .toMatch(/New badge!Flawless.*Legendary\+100 points/)
  })

  test('leaves every control of a page within reach, by focus and by pointer, whether 1280 or 320 px wide', async () => {
    const shown = await open({ network: 'answers', award: longStay })
    await shown.locator('.mp-toast').waitFor()
    await shown.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p><a href="#">The last link</a></p>'))
    const controls = shown.locator('a[href], button')
    for (const width of [1280, 320]) {
      await shown.setViewportSize({ width, height: 600 })
      expect(await controls.count()).toBeGreaterThan(3)
      expect([width, await controls.evaluateAll(coveredOf)]).toEqual([width, []])
    }
    await shown.keyboard.press('Escape')
    await shown.locator('.mp-toast').waitFor({ state: 'detached' })
    expect(await shown.evaluate(() => document.documentElement.style.cssText.trim())).toBe('')
  })

  test('goes after its time, stays while focused or pointed at, and goes with Escape; focus goes back', async () => {
    const shown = await open({ network: 'answers', award: { stayMs: 6_000 } })
    const toast = shown.locator('.mp-toast')
    const board = shown.getByRole('combobox', { name: 'Leaderboard' })
    await toast.waitFor()
    await board.focus()
    await shown.keyboard.press('Tab')
    expect(await shown.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Close')
    await shown.clock.runFor(20_000)
    expect(await toast.count()).toBe(1)
    await shown.keyboard.press('Escape')
    await expect.poll(() => toast.count()).toBe(0)
    expect(await board.evaluate(element => element === document.activeElement)).toBe(true)

    await turn(shown, { network: 'answers', award: { stayMs: 6_000 } })
    await toast.hover()
    await shown.clock.runFor(20_000)
    expect(await toast.count()).toBe(1)
    await shown.mouse.move(5, 5)
    await shown.clock.runFor(6_100)
    await expect.poll(() => toast.count()).toBe(0)
  })

  test.each([
    ['rains confetti, moves and sounds', 'no-preference', true],
    ['is still and silent where less motion is asked for', 'reduce', true],
    ['is silent unless sound is switched on', 'no-preference', false],
  ] as const)('%s', async (_, reducedMotion, sound) => {
    const shown = await newPage({ reducedMotion }, timely)
    await shown.addInitScript(countSounds)
    // It comes once the user has been there: before, browsers let no page sound.
    await shown.addInitScript(() => Object.defineProperty(document, 'visibilityState', { get: () => document.title }))
    await shown.goto(gallery.addressOf({ network: 'answers', award: { ...longStay, sound } }))
    await shown.locator('h1').click()
    await shown.evaluate(() => {
      document.title = 'visible'
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await shown.locator('.mp-toast').waitFor()
    const isCalm = reducedMotion === 'reduce'
    expect(await shown.locator('.mp-confetti').count()).toBe(isCalm ? 0 : 1)
    const movement = await shown.locator('.mp-toast').evaluate(element => getComputedStyle(element).animationName)
    expect(movement).toBe(isCalm ? 'none' : 'mp-rise')
    const soundCount = await shown.evaluate(() => (window as unknown as Heard).soundCount ?? 0)
    expect(soundCount).toBe(sound && !isCalm ? 1 : 0)
  })
})

/** The controls that something else hides though they have the focus. */
function coveredOf(controls: readonly Element[]): readonly string[] {
  return (controls as readonly HTMLElement[])
    .filter(control => {
      control.focus()
      const { left, top, width, height } = control.getBoundingClientRect()
      return !control.contains(document.elementFromPoint(left + width / 2, top + height / 2))
    })
    .map(control => control.outerHTML)
}

type Heard = { soundCount?: number }

function countSounds(): void {
  const { AudioContext: Ordinary } = window
  window.AudioContext = class extends Ordinary {
    constructor() {
      super()
      const heard = window as unknown as Heard
      heard.soundCount = (heard.soundCount ?? 0) + 1
    }
  }
}

describe('names, icons and titles that attack the page', () => {
  test.each([false, true])('are shown as text, rendered by a server first: %s', async isRendered => {
    const shown = await newPage({}, timely)
    await shown.addInitScript(() => {
      Object.assign(window, { alert: () => document.documentElement.setAttribute('data-harmed', '') })
    })
    const page = { network: 'hostile', isRendered, isUnguarded: true, award: longStay } as const
    await shown.goto(gallery.addressOf(page))
    await shown.locator('.mp-toast').waitFor()
    await shown.locator('.mp-leaders tbody').waitFor()
    const names = await shown.locator('.mp-badge-name').allTextContents()
    expect(names).toEqual([...hostileStrings])
    expect(await shown.locator('.mp-card .mp-title').allTextContents()).toEqual(hostileStrings.slice(0, 2))
    const parts = (await shown.locator('.mp-why').textContent()) ?? ''
    expect(parts).toContain(`Revoked: ${hostileStrings[0]}`)
    expect(await shown.locator('.mp-balance bdi').allTextContents()).toEqual(hostileStrings.map(text => `${text}s`))
    const users = await shown.locator('.mp-leaders bdi').allTextContents()
    expect(users).toEqual([...hostileStrings])
    const foreign =
      '#app :is(script, iframe, object, embed, style, link, base, meta, video, audio, [onerror], [onload])'
    expect(await shown.locator(foreign).count()).toBe(0)
    expect(await shown.locator('html[data-harmed]').count()).toBe(0)
  })
})
