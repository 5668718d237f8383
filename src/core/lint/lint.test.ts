import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseCatalog } from '../catalog/catalog.js'
import { lintCatalog } from './lint.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const count = (target: number) => ({ type: 'count', category: 'lesson', target })
const milestone = (id: string, requirement: unknown, more: object = {}) => ({ id, title: id, requirement, ...more })

/** Reads the catalog in a TypeScript file. Its literal is plain JavaScript. */
function definitionIn(path: string): unknown {
  const [, literal] = /defineCatalog\((\{.*?^\})\)/ms.exec(readFileSync(`${root}${path}`, 'utf8'))!
  return new Function(`return ${literal}`)()
}

const page = readFileSync(`${root}docs/catalog.md`, 'utf8')
const blocks = (language: string): unknown[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => JSON.parse(text!))

test.each(['README.md', 'examples/contributors/src/catalog.ts'])('finds nothing in the catalog of %s', path => {
  expect(lintCatalog(definitionIn(path))).toEqual([])
})

test('finds only the rule without a cap in the catalogs of docs/catalog.md', () => {
  const warnings = blocks('json catalog').flatMap(catalog => lintCatalog(catalog))
  expect(warnings.map(({ kind, problem }) => [kind, problem])).toEqual([
    ['farmable', 'gives 5 points for each completion of "quiz", without a limit'],
  ])
})

test('finds nothing in the requirements of docs/catalog.md if there are points to earn', () => {
  const points = [{ category: 'any', points: 1, cap: { per: 'day', points: 1 } }]
  for (const requirement of blocks('json requirement')) {
    expect(lintCatalog({ points, milestones: [milestone('a', requirement)] })).toEqual([])
  }
})

test('finds all faults of a catalog, and nothing else then', () => {
  const warnings = lintCatalog({
    levels: { every: 0 },
    milestones: [milestone('a', { type: 'points', target: 5 }), milestone('a', count(1))],
  })
  expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
    ['fault', 'levels.every'],
    ['fault', 'milestones[1].id'],
  ])
})

test('finds cycles of after', () => {
  const warnings = lintCatalog({
    milestones: [milestone('a', count(1), { after: ['b'] }), milestone('b', count(2), { after: ['a'] })],
  })
  expect(warnings).toMatchObject([{ kind: 'fault', path: 'milestones[0].after', problem: /a → b → a/ }])
})

test('accepts any input', () => {
  for (const value of [undefined, null, 7, 'x', [], {}]) {
    expect(lintCatalog(value).every(({ kind }) => kind === 'fault')).toBe(true)
    expect(lintCatalog(value)).not.toEqual([])
  }
})

const bad = {
  milestones: [
    milestone('a', { type: 'points', target: 5 }),
    { repeatable: {}, id: 'b', title: 'B', requirement: count(1), after: ['c'] },
    milestone('c', count(3), { retired: true }),
  ],
  points: [{ category: 'x', points: 5, where: { n: { eq: 1, gt: 1 } } }],
}

test('reads a checked catalog as it reads its definition', () => {
  expect(lintCatalog(parseCatalog(bad))).toEqual(lintCatalog(bad))
})

test('warns in the order in which the file is read', () => {
  expect(lintCatalog(bad).map(({ kind, path }) => [kind, path])).toEqual([
    ['unreachable', 'milestones[0].requirement.target'],
    ['farmable', 'milestones[1].repeatable'],
    ['unreachable', 'milestones[1].after[0]'],
    ['unreachable', 'points[0].where.n'],
  ])
})

test('takes a chain of 2,000 milestones, the last first', () => {
  const milestones = Array.from({ length: 2_000 }, (_, i) =>
    milestone(`m${i}`, i === 1_999 ? count(1) : { type: 'milestones', ids: [`m${i + 1}`] }),
  )
  expect(lintCatalog({ milestones })).toEqual([])
})
