import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('../../src/react/react.css', import.meta.url), 'utf8').replaceAll(/\/\*.*?\*\//gs, '')
const selectors = [...css.matchAll(/(?<=^|[{};])\s*([^{};@]+)\{/g)].map(([, selector]) => selector!.trim())

test('the stylesheet touches nothing but the components', () => {
  const foreign = selectors.filter(selector => !/\.mp\b/.test(selector) && !/^(from|to|\d+%)$/.test(selector))
  expect(selectors.length).toBeGreaterThan(50)
  expect(foreign).toEqual([])
})

test('the stylesheet can be overruled, and turns with the direction of the page', () => {
  expect(css).not.toContain('!important')
  expect(css.match(/\b(left|right)\b|(?<!-)\b(width|height)\s*:/g)).toBeNull()
})

test('every colour comes from a property that a host can set', () => {
  const outside = css.replace(/^\.mp \{.*?^\}/ms, '')
  expect(outside.match(/#[0-9a-f]{6,8}\b|rgba?\(/g)).toBeNull()
})
