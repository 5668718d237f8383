import { expect, test } from 'vitest'
import { bar } from './bar.js'
import { screenOf } from './screen.js'

test('colours come on a terminal, unless the person wants none', () => {
  const painted = (isTTY: boolean, env: NodeJS.ProcessEnv) => screenOf({ isTTY }, env).paint('accent', 'Ada')
  expect(painted(true, {})).toBe('\u001b[36mAda\u001b[39m')
  expect(painted(true, { NO_COLOR: '1' })).toBe('Ada')
  expect(painted(true, { TERM: 'dumb' })).toBe('Ada')
  expect(painted(false, {})).toBe('Ada')
})

test('a line is at most 80 columns wide, and as wide as the terminal below that', () => {
  const widths = [undefined, 200, 64, 10, 0].map(
    columns => screenOf(columns === undefined ? {} : { columns }, {}).width,
  )
  expect(widths).toEqual([80, 80, 64, 40, 80])
})

test('a bar is empty only at nothing and full only at the end', () => {
  const drawn = [0, 0.001, 0.5, 0.999, 1].map(ratio => bar(screenOf({}, {}), ratio, 6))
  expect(drawn).toEqual(['░░░░░░', '█░░░░░', '███░░░', '█████░', '██████'])
})
