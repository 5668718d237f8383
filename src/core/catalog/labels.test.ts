import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compileCatalog } from '../awards/compile.js'
import { isMilepostError } from '../values/errors.js'
import type { CatalogFault } from '../values/shape-faults.js'
import { parseCatalog } from './catalog.js'
import { catalogJsonSchema } from './catalog-json-schema.js'
import { labelIn } from './labels.js'

const page = { one: 'page', other: 'pages', verb: 'read' }
const seite = { one: 'Seite', other: 'Seiten', verb: 'lies' }
const milestone = { id: 'a', title: 'A', requirement: { type: 'count', category: 'step', target: 3 } }
const labelled = (labels: unknown, more: object = {}) => ({ labels, milestones: [milestone], ...more })

function faultsOf(catalog: unknown): readonly CatalogFault[] {
  try {
    parseCatalog(catalog)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'CATALOG_INVALID') return error.details.faults as CatalogFault[]
    throw error
  }
  return []
}

describe('labels', () => {
  const good: readonly (readonly [name: string, catalog: unknown])[] = [
    ['in the locale of the catalog', labelled({ step: page })],
    ['by locale, not necessarily that of the catalog', labelled({ step: { de: seite, 'pt-BR': page } })],
    [
      'with all forms',
      labelled({ step: { zero: 'a', one: 'b', two: 'c', few: 'd', many: 'e', other: 'f', verb: 'g' } }),
    ],
    ['for a property with any name', labelled({ 'quiz score': page, constructor: page })],
    ['none', labelled({})],
  ]

  test.each(good)('may be given: %s', (_, catalog) => {
    expect(faultsOf(catalog)).toEqual([])
    const schema = z.fromJSONSchema(catalogJsonSchema() as z.core.JSONSchema.JSONSchema)
    expect(schema.safeParse(catalog).error?.issues).toBeUndefined()
  })

  const bad: readonly (readonly [name: string, labels: unknown, path: string])[] = [
    ['no object', ['page'], 'labels'],
    ['a word alone', { step: 'page' }, 'labels.step'],
    ['no words at all', { step: {} }, 'labels.step'],
    ['no other', { step: { one: 'page' } }, 'labels.step.other'],
    ['no one', { step: { other: 'pages' } }, 'labels.step.one'],
    ['an empty form', { step: { one: '', other: 'pages' } }, 'labels.step.one'],
    ['a form of too many letters', { step: { one: 'x'.repeat(101), other: 'pages' } }, 'labels.step.one'],
    ['a form that no language has', { step: { ...page, plural: 'pages' } }, 'labels.step.plural'],
    ['a verb alone', { step: { verb: 'read' } }, 'labels.step.one'],
    ['a bad tag', { step: { en_US: page } }, 'labels.step.en_US'],
    ['a label without other in a locale', { step: { de: { one: 'Seite' } } }, 'labels.step.de.other'],
    ['a text in a locale', { step: { de: 'Seite' } }, 'labels.step.de'],
    ['a character that Postgres cannot store', { step: { ...page, verb: 'r\u0000' } }, 'labels.step.verb'],
  ]

  test.each(bad)('are refused with %s', (_, labels, path) => {
    const faults = faultsOf(labelled(labels))
    expect(faults.map(fault => fault.path)).toContain(path)
    for (const { problem, fix } of faults) expect([problem, fix]).not.toContain('')
  })
})

describe('a hint', () => {
  const hinted = (hint: unknown, more: object = {}) => ({ milestones: [{ ...milestone, hint }], ...more })

  test('comes in the locale of the catalog, and is empty if there is none', () => {
    const catalog = hinted({ en: 'Read on.', de: 'Lies weiter.' })
    expect(parseCatalog(catalog).milestones[0]!.hint).toBe('Read on.')
    expect(parseCatalog(labelled({})).milestones[0]!.hint).toBe('')
  })

  test('is given to each tier', () => {
    const { target: _, ...requirement } = milestone.requirement
    const catalog = { milestones: [{ ...milestone, requirement, tiers: [1, 5], hint: 'Read on.' }] }
    expect(parseCatalog(catalog).milestones.map(({ hint }) => hint)).toEqual(['Read on.', 'Read on.'])
  })

  test.each([
    ['that is empty', '', 'milestones[0].hint'],
    ['without the locale of the catalog', { de: 'Lies weiter.' }, 'milestones[0].hint'],
    ['with a bad tag', { en: 'Read on.', en_US: 'Read on.' }, 'milestones[0].hint.en_US'],
  ])('is refused %s', (_, hint, path) => {
    expect(faultsOf(hinted(hint)).map(fault => fault.path)).toContain(path)
  })
})

test('labels and hints do not change the fingerprint: no user is counted again for a word', () => {
  const fingerprintOf = (catalog: unknown) => compileCatalog(parseCatalog(catalog), text => text).fingerprint
  const worded = { ...labelled({ step: page }), milestones: [{ ...milestone, hint: 'Read on.' }] }
  expect(fingerprintOf(worded)).toBe(fingerprintOf({ milestones: [milestone] }))
})

describe('a label is found', () => {
  const catalog = { locale: 'de', labels: { plain: seite, mapped: { en: page, 'pt-BR': page, 'de-CH': seite } } }
  const found = (key: string, ...locales: readonly string[]) => labelIn(catalog, key, locales)

  test('in the locale of the catalog if it is written in no other', () => {
    expect([found('plain', 'de'), found('plain', 'de-AT'), found('plain', 'en')]).toEqual([seite, seite, undefined])
  })

  test('by the nearest locale of the same language', () => {
    expect(found('mapped', 'en-GB')).toBe(page)
    expect(found('mapped', 'pt')).toBe(page)
    expect(found('mapped', 'de-AT', 'de')).toBe(seite)
  })

  test('in no other language, and under no name that every object has', () => {
    expect([found('mapped', 'fr'), found('constructor', 'en'), found('missing', 'en')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
