import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCatalog } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { tweak, tweaked } from './catalog-tweaks.js'

test('any changes of a catalog, one after the other, make a catalog without a fault', () => {
  fc.assert(
    fc.property(catalogDefinition, fc.array(tweak, { maxLength: 6, size: 'max' }), (definition, tweaks) => {
      expect(() => parseCatalog(tweaks.reduce(tweaked, definition))).not.toThrow()
    }),
    { numRuns: scale(200, 100_000) },
  )
})
