import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Moves the focus with Tab until it stands on what has this name, and fails where it comes by nothing of the kind. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const seen: string[] = []
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(nameOfFocus)
    if (at === name) return
    seen.push(at)
  }
  expect.fail(`Tab never came to “${name}”, but to: ${seen.join(', ')}`)
}

function nameOfFocus(): string {
  const element = document.activeElement
  if (!element || element === document.body) return ''
  const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null
  const name = element.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element.textContent ?? ''
  return name.trim()
}
