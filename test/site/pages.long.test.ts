import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { keepProcess, launchBrowser, type TestBrowser } from '../support/browser.js'
import { expectAccessibleInEachTheme, expectNoSidewaysScroll, watchConsole } from '../support/pages.js'
import { builtSite, filesOf, type StaticServer, serveFolder } from './built-site.js'

let browser: TestBrowser
let server: StaticServer
let context: BrowserContext
let folder: string
// What any page asked of another host than its own.
const foreign: string[] = []

beforeAll(async () => {
  ;[browser, folder] = await Promise.all([launchBrowser(), builtSite()])
  server = await serveFolder(folder)
  context = await browser.newContext()
  context.on('request', request => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) foreign.push(request.url())
  })
  await keepProcess(context, `${server.url}/stone.svg`)
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function open(path: string, width: number): Promise<{ page: Page; faults: readonly string[] }> {
  const page = await context.newPage()
  onTestFinished(() => page.close())
  const faults = watchConsole(page)
  await page.setViewportSize({ width, height: 900 })
  await page.goto(`${server.url}/${path}`)
  await page.locator('.VPContent').waitFor()
  return { page, faults }
}

async function lookAt(path: string): Promise<void> {
  const { page, faults } = await open(path, 1280)
  try {
    await expectAccessibleInEachTheme(page)
    await expectNoSidewaysScroll(page)
    await page.setViewportSize({ width: 320, height: 700 })
    await expectNoSidewaysScroll(page)
    await expectAccessibleInEachTheme(page)
    expect(faults, path).toEqual([])
  } finally {
    await page.close()
  }
}

test('pages are accessible and fit into 320 and 1280 px, and load nothing from elsewhere', async () => {
  const found: string[] = []
  for (const path of filesOf(folder, '.html')) {
    await lookAt(path).catch(error => found.push(String(error)))
  }
  expect([found, foreign]).toEqual([[], []])
})

test('the bar at the top goes from side to side, also on the home page', async () => {
  for (const path of ['index.html', 'start/tutorial.html']) {
    const { page } = await open(path, 1280)
    expect(await page.locator('.VPNavBar').boundingBox()).toMatchObject({ x: 0, y: 0, width: 1280 })
  }
})

test('the sidebar and the bar at the top show where a page is', async () => {
  const { page } = await open('guides/citus.html', 1280)
  const marked = page.locator('.VPSidebarItem.is-active > .item')
  await expect.poll(() => marked.textContent()).toBe('Citus')
  await expect.poll(() => marked.evaluate(item => item.getBoundingClientRect().bottom < window.innerHeight)).toBe(true)
  expect(await page.locator('.VPNavBarMenuLink.active').textContent()).toBe('Guides')
})

test('search finds a page by a word in it', async () => {
  const { page, faults } = await open('index.html', 1280)
  await page.getByRole('button', { name: 'Search' }).click()
  await page.locator('.VPLocalSearchBox input').fill('PgBouncer')
  const found = page.locator('.VPLocalSearchBox .result')
  await expect.poll(() => found.allTextContents().then(texts => texts.join())).toMatch(/pooler|PgBouncer/i)
  // A word of the guides leads to them, and not to a type that has it as its name.
  await page.locator('.VPLocalSearchBox input').fill('streak')
  await expect.poll(() => found.first().textContent()).toMatch(/^(?!.*milepost[:/]).*streak/i)
  await found.first().click()
  await expect.poll(() => new URL(page.url()).pathname).not.toBe('/index.html')
  expect(faults).toEqual([])
})
