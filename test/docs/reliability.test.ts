import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { batteries } from '../reliability/batteries.js'
import { reliabilityPage } from '../reliability/page.js'
import { plants } from '../reliability/plants.js'

const root = new URL('../..', import.meta.url)
const page = readFileSync(new URL('docs/reliability.md', root), 'utf8')
const versions = { Milepost: '1.0.0', PostgreSQL: '18', PGlite: '1', Node: '20' }
const run = { date: new Date('2026-01-01'), share: 1, minutes: 9, versions }

test.each(Object.values(batteries))('docs/reliability.md says how often: $attack', ({ attack, counted, files }) => {
  const row = page.split('\n').find(line => line.startsWith(`| ${attack}`))
  expect(row).toMatch(new RegExp(`\\| [\\d,]+ ${counted} \\|`))
  expect(files.filter(file => !existsSync(new URL(file, root)))).toEqual([])
})

test.each(plants)('the code in which this is planted stands where it is looked for: $mistake', ({ file, code }) => {
  expect(readFileSync(new URL(file, root), 'utf8').split(code)).toHaveLength(2)
})

test('the page says what failed and what was not run', () => {
  const text = reliabilityPage({
    ...run,
    results: new Map([
      ['commitsCut', { count: 1_300, isHeld: true }],
      ['histories', { count: 7, isHeld: false }],
    ]),
  })
  expect(text.match(/^\| .* \| (1,300 connections cut|7 histories|0 full disks) \| .* \|$/gm)).toEqual([
    expect.stringMatching(/1,300 connections cut .* held \|$/),
    expect.stringMatching(/0 full disks .* not run \|$/),
    expect.stringMatching(/7 histories .* \*\*failed\*\* \|$/),
  ])
})
