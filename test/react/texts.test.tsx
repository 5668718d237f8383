import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import type { ShownProgress } from '../../src/core/progress/progress.js'
import { placeText } from '../../src/react/milestone-view.js'
import { english } from '../../src/react/texts.js'
import { Gallery } from './gallery.js'
import { textsByLanguage } from './languages.js'

const languages = Object.keys(textsByLanguage) as (keyof typeof textsByLanguage)[]
const others = languages.filter(language => language !== 'en')

test('every language has every text, and is named by its own tag', () => {
  for (const [language, texts] of Object.entries(textsByLanguage)) {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort())
    expect(texts.language).toBe(language)
  }
})

describe.each(others)('in %s', language => {
  const texts = textsByLanguage[language]

  test('no text is the English one, but for words that both languages share', () => {
    const shared = new Set(['name', 'level', 'rare', 'points', 'epic', 'user', 'pointsHead', 'levelHead', '+5'])
    const same = Object.entries(saidBy(texts)).filter(
      ([key, words]) => words === saidBy(english)[key] && !shared.has(key.split(' ')[0]!),
    )
    expect(same).toEqual([])
  })

  test('no plural form omits the number', () => {
    for (const count of [0, 3, 11, 100]) {
      expect(texts.points(count, `<${count}>`)).toContain(`<${count}>`)
      expect(texts.newBadges(count, `<${count}>`)).toContain(`<${count}>`)
    }
  })
})

/** What is said by every text that is a text, or makes one from numbers and names. */
function saidBy(texts: typeof english): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(
      Object.entries(texts).filter(([key, text]) => typeof text === 'string' && key !== 'language'),
    ),
    ...Object.fromEntries(Object.entries(texts.rarity)),
    earned: renderToString(texts.earned('x')),
    streakEnds: renderToString(texts.streakEnds('x')),
    ofTarget: texts.ofTarget('1', '2'),
    aboveTarget: texts.aboveTarget('1', '2'),
    earnedBy: texts.earnedBy('1%'),
    points: texts.points(2, '2'),
    toNextLevel: texts.toNextLevel('2', '3'),
    ...Object.fromEntries(
      (['day', 'week', 'month'] as const).flatMap(unit => [1, 2].map(n => [`${unit} ${n}`, texts.inARow(n, unit)])),
    ),
    bestStreak: texts.bestStreak('2'),
    freezes: texts.freezes('1', '2'),
    nextFreeze: texts.nextFreeze('3'),
    done: texts.done('1', '2'),
    newBadge: texts.newBadges(1, '1'),
    newBadges: texts.newBadges(3, '3'),
    newLevel: texts.newLevel('3', null),
    revokedBecause: texts.revokedBecause('x'),
  }
}

test('a page in Arabic says nothing in Latin letters but what the catalog says', () => {
  const shown = renderToString(<Gallery network="waits" hasInitial language="ar" />)
  const words = shown
    .replaceAll(/<(h1|h2|bdi|title|option)\b.*?<\/\1>/g, '')
    .replaceAll(/ (class|d|aria-label|data-[a-z]+|datetime|dateTime|href)="[^"]*"/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
  expect(
    words.match(/[a-z]{3,}/gi)?.filter(word => !['Make', 'yourself', 'home', 'Explorer'].includes(word)) ?? [],
  ).toEqual([])
})

test('numbers and dates are written as the region has them', () => {
  const shown = renderToString(<Gallery network="waits" hasInitial language="ar" />)
  expect(shown).toContain(new Intl.NumberFormat('ar-EG').format(1190))
})

test('a value that must fall is shown next to its target', () => {
  const progress = { current: 75, target: 60, ratio: 0.8 } as ShownProgress
  const context = { texts: english, write: String }
  expect(placeText(progress, context)).toBe('75, target 60')
  expect(placeText({ ...progress, current: 7, target: 10, ratio: 0.7 }, context)).toBe('7 of 10')
  expect(placeText({ ...progress, current: 12, target: 10, ratio: 1 }, context)).toBe('12 of 10')
})
