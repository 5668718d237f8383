import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, type TestBrowser } from '../support/browser.js'
import { expectNoSidewaysScroll } from '../support/pages.js'
import { type GalleryServer, openGallery, type TurnedPage, turnTo } from './gallery-server.js'
import { textsByLanguage } from './languages.js'
import { freshBadge, milestones, newcomer, progress } from './sample.js'
import { explanation } from './sample-explanation.js'

type Language = keyof typeof textsByLanguage
const others = (Object.keys(textsByLanguage) as Language[]).filter(language => language !== 'en')

let browser: TestBrowser
let gallery: GalleryServer
let shown: Page
const english = new Set<string>()
beforeAll(async () => {
  ;[browser, gallery] = await Promise.all([launchBrowser(), openGallery()])
  const context = await browser.newContext()
  await context.clock.install({ time: '2026-06-01T12:00:00Z' })
  shown = await context.newPage()
  await shown.setViewportSize({ width: 320, height: 900 })
  await shown.goto(gallery.addressOf(pages[0]!))
  await shown.waitForFunction(() => 'turnGallery' in window)
  for (const page of pages) for (const word of await wordsOf(page)) english.add(word)
})
afterAll(() => Promise.all([browser.close(), gallery.close()]))

const pages: readonly TurnedPage[] = [
  { network: 'answers', award: { stayMs: 600_000 } },
  { network: 'empty' },
  { network: 'fails' },
  { network: 'offline' },
]

// Words that both languages write alike.
const shared: Readonly<Record<Language, readonly string[]>> = {
  en: [],
  de: ['level', 'name', 'offline'],
  fr: ['badge', 'badges', 'points', 'rare', 'point', 'minutes'],
  es: [],
  'pt-BR': [],
  ar: [],
}

test.each(others)(
  'a page in %s shows no English text, and fits into 320 px, from right to left where it is written so',
  async language => {
    const own = new Set([...ownWords(), ...shared[language]])
    const dir = language === 'ar' ? 'rtl' : 'ltr'
    for (const page of pages) {
      const words = await wordsOf({ ...page, language, dir })
      expect(words.filter(word => english.has(word) && !own.has(word))).toEqual([])
      await expectNoSidewaysScroll(shown)
    }
  },
)

/** The words of the catalog and the page itself, which no component translates. */
function ownWords(): readonly string[] {
  const catalog = JSON.stringify([progress, milestones, freshBadge, newcomer, explanation])
  const headings = 'Stones on the way Level Coins Badges Streak Milestones First steps Places Why Sizes'
  return wordsIn(`${catalog} ${headings} Make yourself at home This week Most read Ever learner ann gems stars`)
}

async function wordsOf(page: TurnedPage): Promise<readonly string[]> {
  await turnTo(shown, page)
  await shown.waitForFunction(() => document.querySelectorAll('[aria-busy="true"]').length === 0)
  if (page.award) await shown.locator('.mp-toast').waitFor()
  return wordsIn(await shown.evaluate(shownText))
}

function shownText(): string {
  const main = document.querySelector('#app')!
  const named = [...main.querySelectorAll('[aria-label], [title]')].map(
    one => `${one.getAttribute('aria-label') ?? ''} ${one.getAttribute('title') ?? ''}`,
  )
  const headings = [...main.querySelectorAll('h1, h2')].map(one => one.textContent ?? '')
  const text = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
  const texts: string[] = []
  while (text.nextNode())
    if (!headings.includes(text.currentNode.textContent ?? '')) texts.push(text.currentNode.textContent!)
  return [...texts, ...named].join(' ')
}

function wordsIn(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().match(/\p{L}{4,}/gu) ?? [])]
}
