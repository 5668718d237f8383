import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Gallery } from './gallery.js'

test('a server renders what it read, and what it did not read as being loaded', () => {
  const html = renderToString(<Gallery network="waits" hasInitial />)
  expect(html).toContain('Level 4: Explorer')
  expect(html).toContain('Night owl')
  expect(html).toContain('Hidden badge')
  expect(html).toContain('May 30, 2026')
  expect(html).toContain('Loading')
})

test('a server renders without anything read, and without a browser', () => {
  expect(renderToString(<Gallery network="waits" award={{}} />)).toContain('Loading')
})

test('nothing is drawn by inline styles, which a strict content security policy would leave out', () => {
  expect(renderToString(<Gallery network="waits" hasInitial />)).not.toContain('style=')
})
