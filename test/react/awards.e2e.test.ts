import type { BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { keepProcess, launchBrowser, type TestBrowser } from '../support/browser.js'
import { watchConsole } from '../support/pages.js'
import { type LiveDesk, openLiveDesk } from './live-desk.js'

let browser: TestBrowser
let device: BrowserContext
let desk: LiveDesk
let lessonCount = 0
// Each test has a user of its own: the rows of the outbox are not to be taken away from under the server.
let userCount = 0
let userId = ''

beforeAll(async () => {
  ;[browser, desk] = await Promise.all([launchBrowser(), openLiveDesk()])
  device = await browser.newContext()
  await keepProcess(device, `${desk.url}/page.css`)
})
afterAll(async () => {
  await browser.close()
  await desk.close()
})
beforeEach(() => {
  userId = `ann-${++userCount}`
})

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  return context
}

/** Opens a page of the user's that hears what comes: the stream stands. It closes with the test. */
async function open(context = device): Promise<Page> {
  const page = await context.newPage()
  onTestFinished(() => page.close())
  await Promise.all([
    page.waitForResponse(/\/v1\/stream/),
    page.waitForResponse(/\/unseen/),
    page.goto(`${desk.url}/?user=${userId}`, { waitUntil: 'domcontentloaded' }),
  ])
  await page.locator('.mp-level progress').waitFor()
  return page
}

function finishLessons(count: number): Promise<unknown> {
  const itemKeys = Array.from({ length: count }, () => `lesson-${++lessonCount}`)
  return desk.service.record(itemKeys.map(itemKey => ({ userId, category: 'lesson', itemKey })))
}

const toastsOf = (page: Page): Promise<string[]> => page.locator('.mp-toast .mp-title').allTextContents()

const places = [
  ['two tabs', async () => [await open(), await open()]],
  ['two devices', async () => [await open(), await open(await newContext())]],
] as const

test.each(places)('a badge is celebrated once in %s', async (_, openBoth) => {
  const pages = await openBoth()
  const looked = pages.map(page => page.waitForResponse(/\/unseen/))
  await finishLessons(1)
  await Promise.all(looked)
  await expect.poll(async () => (await Promise.all(pages.map(toastsOf))).flat()).toEqual(['First lesson'])
  // Both have shown what they know by now: the badge itself stands on both.
  for (const page of pages) await page.locator('.mp-stone[data-state=earned]').first().waitFor()
  expect((await Promise.all(pages.map(toastsOf))).flat()).toEqual(['First lesson'])
})

test('a reloaded page celebrates nothing twice', async () => {
  const page = await open()
  await finishLessons(1)
  await page.locator('.mp-toast').waitFor()
  await Promise.all([page.waitForResponse(/\/unseen/), page.reload({ waitUntil: 'domcontentloaded' })])
  await page.locator('.mp-stone[data-state=earned]').first().waitFor()
  expect(await toastsOf(page)).toEqual([])
})

test('a badge that came while no page was open waits for one', async () => {
  await finishLessons(1)
  const page = await open()
  await expect.poll(() => toastsOf(page)).toEqual(['First lesson'])
})

test('awards that arrive together are one toast, with level, badges and unlocks', async () => {
  const page = await open()
  const faults = watchConsole(page)
  expect(await page.locator('#door').textContent()).toBe('The playground is closed.')
  await finishLessons(4)
  await page.locator('.mp-toast').waitFor()
  expect((await toastsOf(page)).toSorted()).toEqual(['First lesson', 'Night owl', 'Three lessons'])
  expect(await page.locator('.mp-toast').count()).toBe(1)
  const said = await page
    .getByRole('status')
    .filter({ has: page.locator('.mp-toast') })
    .textContent()
  expect(said).toMatch(/3 new badges.*\+65 points.*You are now level 2: Learner/)
  await expect.poll(() => page.locator('.mp-level').textContent()).toContain('Level 2: Learner65 points')
  expect(await page.locator('.mp-level progress').getAttribute('value')).toBe('0.3')
  await expect.poll(() => page.locator('#door').textContent()).toBe('The playground is open.')
  // What was hidden is shown from now on.
  await expect.poll(() => page.locator('.mp-badge-name').allTextContents()).toContain('Night owl')
  await page.getByRole('button', { name: 'Close' }).click()
  await expect.poll(() => page.locator('.mp-toast').count()).toBe(0)
  expect(faults).toEqual([])
})

test('without a network everything stays and says so; missed awards arrive when it is back', async () => {
  const page = await open()
  onTestFinished(() => device.setOffline(false))
  await device.setOffline(true)
  await expect.poll(() => page.locator('.mp-level .mp-note').textContent()).toContain('You are offline')
  expect(await page.locator('.mp-level').textContent()).toContain('Level 1: Newcomer')
  await finishLessons(1)
  expect(await toastsOf(page)).toEqual([])
  await device.setOffline(false)
  await expect.poll(() => toastsOf(page)).toEqual(['First lesson'])
  await expect.poll(() => page.locator('.mp-note').count()).toBe(0)
  await expect.poll(() => page.locator('.mp-level').textContent()).toContain('10 points')
})

test('a badge is celebrated also where the answer that gives it to this tab was lost', async () => {
  const page = await open()
  let lostCount = 0
  await page.route(/\/seen$/, async route => {
    if (lostCount++ > 0) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await finishLessons(1)
  await expect.poll(() => toastsOf(page)).toEqual(['First lesson'])
  expect(lostCount).toBeGreaterThan(1)
})

test('a badge that was given to this tab just when its page changed is celebrated on the next page', async () => {
  const page = await open()
  const turn = page.getByRole('button', { name: 'Turn the page' })
  const turnAndAnswer = async (route: Route): Promise<void> => {
    const response = await route.fetch()
    await turn.click()
    await route.fulfill({ response })
  }
  // Where this takes long the claim is made again, and turns no page.
  await page.route(/\/seen$/, turnAndAnswer, { times: 1 })
  const answered = page.waitForResponse(/\/seen$/)
  await finishLessons(1)
  await answered
  await page.locator('.mp-toaster').waitFor({ state: 'detached' })
  await turn.click()
  await expect.poll(() => toastsOf(page)).toEqual(['First lesson'])
})

test('a hidden tab leaves the badge to the visible one, or keeps it until it is visible', async () => {
  const context = await newContext()
  await context.addInitScript(() => {
    let state: DocumentVisibilityState = 'hidden'
    Object.defineProperty(document, 'visibilityState', { get: () => state })
    Object.assign(window, {
      lookAt: () => {
        state = 'visible'
        document.dispatchEvent(new Event('visibilitychange'))
      },
    })
  })
  const page = await open(context)
  await finishLessons(1)
  await page.locator('.mp-stone[data-state=earned]').first().waitFor()
  expect(await toastsOf(page)).toEqual([])
  await page.evaluate(() => (window as unknown as { lookAt: () => void }).lookAt())
  await expect.poll(() => toastsOf(page)).toEqual(['First lesson'])
})
