import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { english } from '../../src/react/texts.js'
import { arabic } from './arabic.js'
import { Gallery } from './gallery.js'

test('every text can be replaced: with another language, no English is left but what the catalog says', () => {
  expect(Object.keys(arabic).sort()).toEqual(Object.keys(english).sort())
  const shown = renderToString(<Gallery network="waits" hasInitial isArabic />)
  const words = shown
    .replaceAll(/<(h1|h2|bdi|title)\b.*?<\/\1>/g, '')
    .replaceAll(/ (class|d|aria-label|data-[a-z]+|datetime|dateTime|href)="[^"]*"/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
  expect(words.match(/[a-z]{3,}/gi)?.filter(word => !['Make', 'yourself', 'home'].includes(word)) ?? []).toEqual([])
})

test('numbers and dates are written as the locale has them', () => {
  const shown = renderToString(<Gallery network="waits" hasInitial isArabic />)
  expect(shown).toContain(new Intl.NumberFormat('ar-EG').format(1190))
})
