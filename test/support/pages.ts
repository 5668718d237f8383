import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { isLong } from './scale.js'

/** Returns a list that fills with what goes wrong on a page: errors and warnings of its console, and what it throws. */
export function watchConsole(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', error => faults.push(error.stack ?? error.message))
  return faults
}

/** Fails where the page can be scrolled sideways, and names the elements that stick out. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const name = (element: Element): string => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`
    const beyond = [...document.body.querySelectorAll('*')].filter(
      element => element.getBoundingClientRect().right > clientWidth || element.getBoundingClientRect().left < 0,
    )
    return [`${scrollWidth} px wide in ${clientWidth}`, ...beyond.map(name)]
  })
  if (wide.length > 0) expect.fail(`${page.url()} scrolls sideways: ${wide.join('; ')}`)
}

/** Fails where axe finds a violation of WCAG 2.2 AA or of its best practices, and names rule and elements. */
export async function expectAccessible(page: Page): Promise<void> {
  // It looks into no frame that it was not put into.
  expect(page.frames()).toHaveLength(1)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const told = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
  })
  if (told.length > 0) expect.fail(`${page.url()} is not accessible:\n${told.join('\n')}`)
}

const lookCounts = new Map<string, number>()

/** The same in light and dark: in both in the long run, else in one of them, which changes from one look of a test file to the next. */
export async function expectAccessibleInEachTheme(page: Page): Promise<void> {
  const { testPath } = expect.getState()
  const nth = lookCounts.get(testPath!) ?? 0
  lookCounts.set(testPath!, nth + 1)
  for (const colorScheme of themesOf(nth)) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(() => {
      for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
    })
    await expectAccessible(page)
  }
}

const themes = ['light', 'dark'] as const

/** The themes of the nth of several looks: both in the long run, else each in turn. */
export function themesOf(nth: number): readonly ('light' | 'dark')[] {
  return [...themes, ...themes].slice(nth % 2, (nth % 2) + (isLong ? 2 : 1))
}

type Violation = {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}
type Axe = {
  readonly run: (context: Document, options: object) => Promise<{ readonly violations: readonly Violation[] }>
}

// The package's own way loads the script for each look, and opens a page more to sum up the frames.
const axe = readFileSync(
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
)
