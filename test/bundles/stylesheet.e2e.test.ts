import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, type TestBrowser } from '../support/browser.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What Next.js builds for when left alone; it makes Lightning CSS rewrite what these browsers lack. */
const targets = ['chrome111', 'safari16.4', 'firefox111']

type Tool = readonly [name: string, config: object | null]
const tools: readonly Tool[] = [
  ['no bundler', null],
  [
    'Vite with PostCSS and esbuild',
    { css: { transformer: 'postcss' }, build: { cssMinify: 'esbuild', cssTarget: targets } },
  ],
  [
    'Vite with Lightning CSS',
    {
      css: {
        transformer: 'lightningcss',
        lightningcss: { targets: { chrome: 111 << 16, safari: (16 << 16) | (4 << 8) } },
      },
      build: { cssMinify: 'lightningcss', cssTarget: targets },
    },
  ],
]

const light = { text: 'rgb(21, 29, 26)', ground: 'rgb(255, 255, 255)', accent: 'rgb(11, 117, 104)' }
const dark = { text: 'rgb(241, 245, 243)', ground: 'rgb(21, 28, 26)', accent: 'rgb(79, 201, 182)' }

// However a page says that it is light or dark; the browser of these pages prefers dark.
const pages = [
  ['a page that says nothing', '<html>', light],
  ['light dark, and the system is dark', '<html><meta name="color-scheme" content="light dark">', dark],
  ['dark by an inline style', '<html style="color-scheme: dark">', dark],
  ['light by an inline style', '<html style="color-scheme: light">', light],
  ['dark by a class', '<html class="dark"><style>.dark { color-scheme: dark }</style>', dark],
] as const

const card = '<div class="mp mp-card"><button class="mp-link">Why?</button></div>'

let browser: TestBrowser
let folder: string
beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache', 'styled-'))
  browser = await launchBrowser()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await browser.close()
})

test.each(tools)(
  '%s leaves the components their colours, light and dark',
  async (name, config) => {
    const css = config === null ? shipped() : await builtByVite(config)
    expect(css.includes('light-dark(') || css.includes('--lightningcss')).toBe(false)
    const context = await browser.newContext({ colorScheme: 'dark' })
    const page = await context.newPage()
    for (const [kind, head, expected] of pages) {
      await page.setContent(`<!doctype html>${head}<style>${css}</style><body>${card}`)
      expect(await coloursOf(page), `${name}: ${kind}`).toEqual(expected)
    }
    await page.setContent(`<!doctype html><style>${css}</style><div style="color-scheme: dark">${card}</div>`)
    expect(await coloursOf(page), 'a dark part of a light page').toEqual(dark)
  },
  180_000,
)

function shipped(): string {
  return readFileSync(join(root, 'dist', 'react.css'), 'utf8')
}

async function builtByVite(config: object): Promise<string> {
  const place = mkdtempSync(join(folder, 'vite-'))
  writeFileSync(join(place, 'main.js'), `import 'milepost/react.css'`)
  const build = { outDir: 'out', rolldownOptions: { input: 'main.js' }, ...(config as { build: object }).build }
  writeFileSync(join(place, 'vite.config.js'), `export default ${JSON.stringify({ ...config, build })}`)
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: place })
  const assets = join(place, 'out', 'assets')
  return readFileSync(join(assets, readdirSync(assets).find(file => file.endsWith('.css'))!), 'utf8')
}

// Browsers write colours made from others with shares in place of bytes.
function coloursOf(page: Page): Promise<typeof light> {
  return page.evaluate(() => {
    const inBytes = (colour: string): string =>
      colour.replace(/^color\(srgb (\S+) (\S+) (\S+)\)$/, (_, ...shares: string[]) => {
        const bytes = shares.slice(0, 3).map(share => Math.round(Number(share) * 255))
        return `rgb(${bytes.join(', ')})`
      })
    const { color, backgroundColor } = getComputedStyle(document.querySelector('.mp-card')!)
    const { color: accent } = getComputedStyle(document.querySelector('.mp-link')!)
    return { text: inBytes(color), ground: inBytes(backgroundColor), accent: inBytes(accent) }
  })
}
