import { describe, expect, test } from 'vitest'
import { isLocale, type LocalizedText, mapText, textIn } from './text.js'

const hello: LocalizedText = {
  en: 'Hello',
  'pt-BR': 'Olá',
  pt: 'Olá, pá',
  'zh-Hant': '你好',
  de: 'Hallo',
  'de-CH': 'Grüezi',
}
const tagged = (...tags: readonly string[]): LocalizedText => Object.fromEntries(tags.map(tag => [tag, tag]))

describe('the text in a locale', () => {
  test('is a plain text unchanged, in any locale', () => {
    expect(textIn('Hello', 'pt-BR', 'en')).toBe('Hello')
  })

  test.each([
    ['pt-BR', 'Olá'],
    ['pt-PT', 'Olá, pá'],
    ['pt', 'Olá, pá'],
    ['de-CH-1996', 'Grüezi'],
    ['de-AT', 'Hallo'],
    ['zh-Hant-TW', '你好'],
    ['zh-Hans', 'Hello'],
    ['zh', 'Hello'],
    ['fr', 'Hello'],
  ])('for %s is found by removing the last parts', (locale, words) => {
    expect(textIn(hello, locale, 'en')).toBe(words)
  })

  test('is found in any case', () => {
    expect(textIn(hello, 'PT-br', 'en')).toBe('Olá')
    expect(textIn({ EN: 'Hello', 'PT-BR': 'Olá' }, 'pt-BR', 'en')).toBe('Olá')
    expect(textIn({ EN: 'Hello', 'PT-BR': 'Olá' }, 'fr', 'en')).toBe('Hello')
  })

  test('for a range with private parts also removes the letter that introduces them', () => {
    const range = 'zh-Hant-CN-x-private1-private2'
    expect(textIn(tagged('en', range), range, 'en')).toBe(range)
    expect(textIn(tagged('en', 'zh-Hant-CN-x-private1', 'zh'), range, 'en')).toBe('zh-Hant-CN-x-private1')
    // Section 3.4 of RFC 4647: zh-Hant-CN-x is never looked up.
    expect(textIn(tagged('en', 'zh-Hant-CN-x', 'zh-Hant-CN', 'zh'), range, 'en')).toBe('zh-Hant-CN')
    expect(textIn(tagged('en', 'zh-Hant', 'zh'), range, 'en')).toBe('zh-Hant')
    expect(textIn(tagged('en', 'zh'), range, 'en')).toBe('zh')
  })

  test('for a range with an extension also removes the letter that introduces it', () => {
    expect(textIn(tagged('en', 'de-DE'), 'de-DE-u-co-phonebk', 'en')).toBe('de-DE')
    expect(textIn(tagged('en', 'de-DE-u', 'de-DE'), 'de-DE-u-co', 'en')).toBe('de-DE')
  })

  test('falls back on the fallback locale itself, not on a part of it', () => {
    expect(textIn({ de: 'Hallo', 'pt-BR': 'Olá' }, 'fr', 'pt-BR')).toBe('Olá')
    expect(textIn({ de: 'Hallo', pt: 'Olá, pá', 'pt-BR': 'Olá' }, 'fr', 'pt-BR')).toBe('Olá')
  })

  test('is the first one if even that is missing', () => {
    expect(textIn({ de: 'Hallo', fr: 'Salut' }, 'pt', 'en')).toBe('Hallo')
  })

  test('may be empty', () => {
    expect(textIn({ en: 'Hello', de: '' }, 'de', 'en')).toBe('')
  })
})

test('a text is changed in every locale that it is in', () => {
  expect(mapText('Posts', words => `${words} 2`)).toBe('Posts 2')
  expect(mapText({ en: 'Posts', de: 'Beiträge' }, words => `${words} 2`)).toEqual({ en: 'Posts 2', de: 'Beiträge 2' })
})

test.each(['en', 'pt-BR', 'zh-Hant-TW', 'de-CH-1996', 'sr-Latn', 'en-x-private', 'de-DE-u-co-phonebk', 'EN'])(
  '%s is a locale',
  tag => {
    expect(isLocale(tag)).toBe(true)
  },
)

test.each(['', 'e', 'en_US', 'english language', 'pt-', '*', 'de-*', 'en-US-', '123'])('%j is not a locale', tag => {
  expect(isLocale(tag)).toBe(false)
})
