import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser, type TestBrowser } from '../support/browser.js'
import { expectAccessible, expectNoSidewaysScroll, watchConsole } from '../support/pages.js'
import { expectLooks } from '../support/screenshots.js'

let browser: TestBrowser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const page = (body: string): string =>
  `<!doctype html><html lang="en"><title>A page</title><main><h1>Stones</h1>${body}</main></html>`

test('a fault on a page is seen: in the console, thrown, too wide, without a label, in its looks', async () => {
  const shown = await (await browser.newContext({ viewport: { width: 320, height: 200 } })).newPage()
  const faults = watchConsole(shown)
  await shown.setContent(page('<p>On the way.</p>'))
  await expectAccessible(shown)
  await expectNoSidewaysScroll(shown)
  await expectLooks(shown, 'plain-page')
  await shown.setContent(
    page(`<div style="width: 999px; height: 120px; background: teal"><img src="data:,"></div>
    <script>console.error('told'); setTimeout(() => { throw new Error('thrown') })</script>`),
  )
  await expect.poll(() => faults.join()).toMatch(/told.*thrown/s)
  await expect(expectAccessible(shown)).rejects.toThrow(/image-alt: img/)
  await expect(expectNoSidewaysScroll(shown)).rejects.toThrow(/px wide in 320/)
  vi.stubEnv('UPDATE_SCREENSHOTS', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(expectLooks(shown, 'plain-page')).rejects.toThrow(/% of its pixels/)
})
