import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

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
  const { violations } = await new AxeBuilder({ page }).analyze()
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
  if (told.length > 0) expect.fail(`${page.url()} is not accessible:\n${told.join('\n')}`)
}
