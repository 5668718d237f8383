import { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { knownFields } from './known-fields.js'

const point = z.strictObject({ x: z.number(), y: z.number().optional() })
const schema = z.strictObject({
  one: point.optional(),
  many: z.array(z.strictObject({ at: z.union([point, z.null()]), near: point.nullable() })),
  byName: z.record(z.string(), point),
  shape: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['dot', 'spot']), point }),
    z.strictObject({ kind: z.literal('line'), from: point, to: point }),
  ]),
  anything: z.unknown(),
})
const value = {
  many: [{}, {}],
  byName: { a: {} },
  shape: { kind: 'line', from: {} },
}

test.each<[readonly PropertyKey[], readonly string[]]>([
  [[], ['one', 'many', 'byName', 'shape', 'anything']],
  [['one'], ['x', 'y']],
  [
    ['many', 1],
    ['at', 'near'],
  ],
  [
    ['many', 1, 'near'],
    ['x', 'y'],
  ],
  [
    ['byName', 'a'],
    ['x', 'y'],
  ],
  [['shape'], ['kind', 'from', 'to']],
  [
    ['shape', 'from'],
    ['x', 'y'],
  ],
  [['anything', 'deep'], []],
  [['many', 0, 'at'], []],
])('the object at %j may have %j', (place, known) => {
  expect(knownFields(schema, place, value)).toEqual(known)
})
