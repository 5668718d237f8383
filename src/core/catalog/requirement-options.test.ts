import { expect, test } from 'vitest'
import { isMilepostError } from '../values/errors.js'
import type { CatalogFault } from '../values/shape-faults.js'
import { parseCatalog } from './catalog.js'

const posts = { type: 'count', category: 'post' }
const count = { ...posts, target: 10 }
const points = { type: 'points', target: 100 }
const best = { type: 'best', category: 'post', property: 'n', target: 1 }
const one = (requirement: unknown, more: object = {}) => ({
  milestones: [{ id: 'a', title: 'a', requirement, ...more }],
})
const tiered = (tiers: readonly unknown[], requirement: unknown) => one(requirement, { tiers })

function faultsOf(catalog: unknown): readonly CatalogFault[] {
  try {
    parseCatalog(catalog)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'CATALOG_INVALID') return error.details.faults as CatalogFault[]
    throw error
  }
  return []
}

const m = 'milestones[0]'
const r = `${m}.requirement`

type Faulty = readonly [name: string, catalog: unknown, path: string]

const whenFaults: readonly Faulty[] = [
  ['no hours and no days', one({ ...count, when: {} }), `${r}.when`],
  ['hours that end as they begin', one({ ...count, when: { from: '22:00', until: '22:00' } }), `${r}.when.until`],
  ['hours that end at midnight', one({ ...count, when: { until: '00:00' } }), `${r}.when.until`],
  ['an hour that no clock shows', one({ ...count, when: { until: '24:00' } }), `${r}.when.until`],
  ['an hour without its minutes', one({ ...count, when: { from: '22' } }), `${r}.when.from`],
  ['an hour that is a number', one({ ...count, when: { from: 22 } }), `${r}.when.from`],
  ['no days of the week', one({ ...count, when: { days: [] } }), `${r}.when.days`],
  ['a day of the week by another name', one({ ...count, when: { days: ['Saturday'] } }), `${r}.when.days[0]`],
  ['an unknown option of hours', one({ ...count, when: { day: ['sat'] } }), `${r}.when.day`],
  ['hours of points', one({ ...points, when: { from: '22:00' } }), `${r}.when`],
]

const shared = { ...posts, items: ['x', 'y', 'z'] }
const totalled = { ...best, type: 'total' }

const shareFaults: readonly Faulty[] = [
  ['a share beside a target', one({ ...shared, share: 0.5, target: 2 }), `${r}.share`],
  ['a share without items', one({ ...posts, share: 0.5 }), `${r}.share`],
  ['a share of values', one({ ...shared, share: 0.5, distinct: 'x' }), `${r}.share`],
  ['a share over two categories', one({ ...shared, category: ['x', 'y'], share: 0.5 }), `${r}.target`],
  ['a share of more than all', one({ ...shared, share: 80 }), `${r}.share`],
  ['a share of nothing', one({ ...shared, share: 0 }), `${r}.share`],
  ['a share with tiers', tiered([1, 2], { ...shared, share: 0.5 }), `${r}.share`],
  ['a share of a sum', one({ ...totalled, items: ['x'], share: 0.5 }), `${r}.share`],
  ['per without take', one({ ...totalled, per: 'quizId' }), `${r}.take`],
  ['take without per', one({ ...totalled, take: 'best' }), `${r}.per`],
  ['to take the last', one({ ...totalled, per: 'quizId', take: 'last' }), `${r}.take`],
  ['an empty per', one({ ...totalled, per: '', take: 'best' }), `${r}.per`],
  ['within beside per', one({ ...totalled, per: 'quizId', take: 'best', within: 'P7D' }), `${r}.within`],
  ['per of the highest', one({ ...best, per: 'quizId', take: 'best' }), `${r}.per`],
  [
    'a cooldown with per',
    one({ ...totalled, per: 'x', take: 'best' }, { repeatable: { cooldown: 'P1D' } }),
    `${m}.repeatable.cooldown`,
  ],
]

test.each([...whenFaults, ...shareFaults])('finds %s, says where, and how to mend it', (_, catalog, path) => {
  const faults = faultsOf(catalog)
  expect(faults.map(fault => fault.path)).toContain(path)
  for (const fault of faults) expect(fault.fix).toMatch(/\S.*[.?]$/)
})
