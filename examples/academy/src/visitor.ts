import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { keepProcess, launchBrowser } from '../../../test/support/browser.js'
import { onceInRun } from '../../../test/support/once-in-run.js'
import { watchConsole } from '../../../test/support/pages.js'
import type { Course } from './content/course.js'
import { openAcademy, type RunningAcademy } from './start/academy-run.js'

/** The day of the tests. */
export const day = new Date('2026-11-24T12:00:00Z')

/** An academy that is open for a file of tests, and a browser to visit it with. */
export type OpenHouse = {
  readonly academy: RunningAcademy
  /** Where the windows of visitors are; it is about noon there, since who reads at night earns a badge more. */
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/** Opens an academy in a folder of its own, with all simulated learners in it, and starts a browser. */
export async function openHouse(now: () => Date = () => new Date()): Promise<OpenHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-academy-'))
  cpSync(await onceInRun('academy', populate), folder, { recursive: true })
  const academy = await openAcademy({ folder, port: 0, now, isKeyAnew: true, say: () => {} })
  const browser = await launchBrowser()
  const close = async (): Promise<void> => {
    await browser.close()
    await academy.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: zoneOfNoon(now()) })
  await context.addInitScript(writeDownToasts)
  await keepProcess(context, `${academy.url}/api/me`)
  return { academy, context, close }
}

function zoneOfNoon(at: Date): string {
  const aheadHours = 12 - at.getUTCHours()
  // The signs of these zones are the wrong way round.
  return `Etc/GMT${aheadHours < 0 ? '+' : '-'}${Math.abs(aheadHours)}`
}

/** Lets all simulated learners in, as they stand on the day of the tests. */
async function populate(folder: string): Promise<void> {
  const academy = await openAcademy({ folder, port: 0, now: () => day, say: () => {} })
  await academy.populated
  await academy.close()
}

/** A visitor: one window, what went wrong in it, and what it does there. */
export type Visitor = {
  readonly page: Page
  readonly context: BrowserContext
  readonly faults: readonly string[]
  readonly open: (path: string) => Promise<void>
  /** Goes to a page as a link of the academy does, without loading it all again. */
  readonly follow: (path: string) => Promise<void>
  readonly signIn: (name: string) => Promise<void>
}

type Looks = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion'>

/** Lets somebody in who has never been here, when those before have left; the window is closed with the test. */
export async function visit({ academy, context }: OpenHouse, { viewport, ...media }: Looks = {}): Promise<Visitor> {
  await context.clearCookies()
  const kept = context.pages()
  onTestFinished(async () => {
    const opened = context.pages().filter(page => !kept.includes(page))
    await Promise.all(opened.map(page => page.close()))
  })
  const page = await context.newPage()
  if (viewport) await page.setViewportSize(viewport)
  await page.emulateMedia(media)
  return { page, context, faults: watchConsole(page), ...habits(page, academy.url) }
}

/** What a visitor does in a window. */
export function habits(page: Page, url: string): Pick<Visitor, 'open' | 'follow' | 'signIn'> {
  const shown = async (): Promise<void> => {
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'))
  }
  const open = async (path: string): Promise<void> => {
    await page.goto(url + path)
    await shown()
  }
  const follow = async (path: string): Promise<void> => {
    await page.evaluate(to => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await shown()
  }
  const signIn = async (name: string): Promise<void> => {
    await open('/')
    await page.getByLabel('Your name').fill(name)
    await page.getByRole('button', { name: 'Start learning' }).click()
    await page.getByRole('heading', { name: /Good to see you/ }).waitFor()
  }
  return { open, follow, signIn }
}

/** Reads the page of a course that is open, and waits for what comes next. */
export async function readOn(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { level: 1 })
  const before = await heading.textContent()
  await page.getByRole('button', { name: /^Read, / }).click()
  await heading.filter({ hasNotText: before! }).waitFor()
}

/** Reads a course from its first page and answers its quiz right. */
export async function takeCourse({ page, open }: Visitor, course: Course): Promise<void> {
  await open(`/courses/${course.id}`)
  for (const _ of course.steps) await readOn(page)
  for (const { text, options, answer } of course.quiz) {
    const question = page.getByRole('group').filter({ hasText: text.replaceAll('`', '') })
    const name = options[answer]!.replaceAll('`', '')
    await question.getByRole('radio', { name, exact: true }).check()
  }
  await page.getByRole('button', { name: 'Hand in' }).click()
  await page.getByText('Passed: the course is finished.').waitFor()
}

/** Finds what is celebrated at the moment. */
export function toasts(page: Page): Locator {
  return page.locator('.mp-toast')
}

/** Sees these badges celebrated since the page was opened, closing what is celebrated with Escape until all were there. */
export async function celebrate(page: Page, names: readonly string[]): Promise<void> {
  const areSeen = () => page.evaluate(all => all.every(name => document.celebrated?.includes(name)), names)
  while (!(await areSeen())) {
    await page.waitForFunction(() => document.querySelector('.mp-toast'))
    await page.keyboard.press('Escape')
  }
  await page.keyboard.press('Escape')
  await toasts(page).waitFor({ state: 'detached' })
}

declare global {
  interface Document {
    celebrated?: string[]
  }
}

/** Writes down what is celebrated: a toast goes by itself, and may be gone before a test looks for it. */
function writeDownToasts(): void {
  const names: string[] = []
  document.celebrated = names
  const look = (): void => {
    for (const { textContent } of document.querySelectorAll('.mp-toast .mp-title')) names.push(textContent)
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true })
}
