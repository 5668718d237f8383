import { expectTypeOf, test } from 'vitest'
import { defineCatalog } from '../index.js'
import { type Texts, useMilestone, useProgress, useUnlock } from '../react.js'

const catalog = defineCatalog({
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'tutorials_completed', count: 1 },
      reward: { points: 10, unlocks: ['playground'] },
    },
  ],
})
type Given = typeof catalog

test('with the type of a catalog, hooks know its milestones and unlocks', () => {
  expectTypeOf(useUnlock<Given>)
    .parameter(0)
    .toEqualTypeOf<'playground'>()
  expectTypeOf(useProgress<Given>).returns.toHaveProperty('data')
  // @ts-expect-error: there is no such milestone
  expectTypeOf(useMilestone<Given>).toBeCallableWith('frist')
  expectTypeOf(useMilestone<Given>).toBeCallableWith('first')
})

test('a translation that leaves a text out is none', () => {
  // @ts-expect-error: the others are missing
  const texts = { locked: 'Gesperrt' } satisfies Texts
  expectTypeOf(texts).not.toExtend<Texts>()
})
