import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { provideChromium } from '../../scripts/chromium.mjs'

/** What a test file needs of the browser that all files of its worker share. */
export type TestBrowser = Pick<Browser, 'newContext' | 'close'>

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--hide-scrollbars'],
  // The pages of a context share one process, and what it has compiled: a process for each page costs more than the page.
  ...['--process-per-site', '--renderer-process-limit=1', '--disable-site-isolation-trials'],
]

// This only stops a page that hangs: on a busy machine it may wait long for a server.
const patienceMs = 5 * 60_000

// Chromium ends with the worker that started it.
let shared: Promise<Browser> | undefined

/** Gives a Chromium without a window. Close it when done: that closes the sessions opened by it, not those of others. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser = await usableBrowser()
  const own = new Set<BrowserContext>()
  return {
    newContext: async options => {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(patienceMs)
      own.add(context)
      context.once('close', () => own.delete(context))
      return context
    },
    close: async () => {
      await Promise.all([...own].map(context => context.close()))
    },
  }
}

/** Keeps the process of a context until that is closed, by a page that shows something small: else it ends with the last page. */
export async function keepProcess(context: BrowserContext, address: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(address)
}

async function usableBrowser(): Promise<Browser> {
  const running = await shared?.catch(() => undefined)
  if (running?.isConnected()) return running
  shared = chromium.launch({ executablePath: provideChromium(), args: flags })
  return shared
}
