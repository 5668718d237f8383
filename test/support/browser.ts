import { type Browser, chromium } from 'playwright-core'
import { provideChromium } from '../../scripts/chromium.mjs'

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--hide-scrollbars'],
]

/** Starts a Chromium without a window. Close it when done. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: provideChromium(), args: flags })
}
