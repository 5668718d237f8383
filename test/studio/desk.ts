import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { keepProcess, launchBrowser, type TestBrowser } from '../support/browser.js'
import { watchConsole } from '../support/pages.js'
import { type StudioServer, startStudioServer } from './studio-server.js'
import { studioNow } from './studio-users.js'

/** `mayFail`: the browser itself says in the console when a request failed, and here one is to. */
type PageOptions = {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly reducedMotion?: 'reduce'
  readonly mayFail?: boolean
  readonly isSignedIn?: boolean
}

/** A browser in front of Studio, for the tests of a file. */
export type StudioDesk = {
  readonly server: StudioServer
  /** Opens a page that shows nothing yet. It closes with the test. */
  readonly page: (options?: PageOptions) => Promise<Page>
  /** Opens a view as one who is signed in, and waits until it shows what it has. */
  readonly open: (view: string, options?: PageOptions) => Promise<Page>
}

/** Every view, and every tab of a user. */
export const views = [
  '',
  'milestones',
  'milestones/all-rounder',
  'users',
  ...['timeline', 'badges', 'metrics', 'ledger', 'calendar', 'audit'].map(tab => `users/ann?tab=${tab}`),
  'users/ann?tab=why&milestone=all-rounder',
  'plan',
  'lists',
  'leaderboard',
  'webhooks',
  'keys',
  'audit',
  'health',
]

/** The size of a window where nothing else is said. */
export const wide = { width: 1280, height: 800 }

/** Starts server and browser before the tests of a file, and ends them after; nothing may have been said in a console. */
export function atDesk(start: () => Promise<StudioServer> = startStudioServer): StudioDesk {
  let server: StudioServer
  let browser: TestBrowser
  let context: BrowserContext
  const faults: (readonly string[])[] = []
  beforeAll(async () => {
    ;[server, browser] = await Promise.all([start(), launchBrowser()])
    // One for all pages: Studio keeps who is signed in by tab, and a process for each page costs as much as three views.
    context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: wide })
    await keepProcess(context, new URL('/healthz', server.url).href)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    expect(faults.flat()).toEqual([])
  })
  const page = async ({ mayFail = false, viewport, reducedMotion, isSignedIn }: PageOptions = {}): Promise<Page> => {
    await context.clock.setFixedTime(studioNow)
    const opened = await context.newPage()
    onTestFinished(() => opened.close())
    if (viewport) await opened.setViewportSize(viewport)
    if (reducedMotion) await opened.emulateMedia({ reducedMotion })
    if (!mayFail) faults.push(watchConsole(opened))
    if (isSignedIn) await opened.addInitScript(key => sessionStorage.setItem('milepost-studio-key', key), server.key)
    return opened
  }
  const open = async (view: string, options?: PageOptions): Promise<Page> => {
    const opened = await page({ ...options, isSignedIn: true })
    await show(opened, server.url + view)
    return opened
  }
  return {
    get server() {
      return server
    },
    page,
    open,
  }
}

/** Goes to an address of Studio and waits until nothing loads any more. */
export async function show(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await settled(page)
}

/** Waits until a view has its heading and nothing in it loads any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => document.querySelector('.appear-late') === null)
}

/** Goes to another view as a link does, without loading the page again, and waits until nothing in it loads any more. */
export async function follow(page: Page, address: string): Promise<void> {
  // The page itself looks when it changes. To ask it again and again from here costs as much as the view.
  await page.evaluate(
    async ([nowhere, to]) => {
      const go = (path: string, isThere: () => boolean): Promise<void> =>
        new Promise(resolve => {
          const observer = new MutationObserver(() => {
            if (!isThere()) return
            observer.disconnect()
            resolve()
          })
          observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
          history.pushState(null, '', path)
        })
      const isNowhere = (): boolean => document.querySelector('h1')?.textContent === 'Page not found'
      // Between two tabs of a user the heading stays: it has to go, to be seen coming.
      await go(nowhere!, isNowhere)
      await go(to!, () => !isNowhere() && !!document.querySelector('h1') && !document.querySelector('.appear-late'))
    },
    [new URL('no/such/view', address).href, address],
  )
}
