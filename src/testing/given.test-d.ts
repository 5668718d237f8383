import { expectTypeOf, test } from 'vitest'
import { defineCatalog, parseCatalog } from '../index.js'
import { given, type HeldBadge } from '../testing.js'

const catalog = defineCatalog({
  categories: ['lesson', 'post'],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { unlocks: ['playground'] },
    },
    { id: 'posts', title: 'Posts', requirement: { type: 'count', category: 'post' }, tiers: [1, 2] },
  ],
})
const user = given(catalog).user()

test('a misspelt badge does not compile', () => {
  user.then
    .holds('first')
    .lacks('posts#2')
    .holds('first@2', { since: new Date(0) })
    .isAt('posts#1', { current: 1 })
  // @ts-expect-error: there is no milestone `frist`
  user.then.holds('frist')
  // @ts-expect-error: nor one to lack
  user.then.lacks('frist')
  // @ts-expect-error: nor a way to it
  user.then.isAt('frist', { current: 1 })
  // @ts-expect-error: nor after others
  user.then.holds('first').and.hasPoints(1).holds('frist')
  // @ts-expect-error: times have one way
  user.then.isAt('first@2', { current: 1 })
})

test('a misspelt unlock does not compile', () => {
  user.then.hasUnlocked('playground')
  // @ts-expect-error: there is no unlock `plaground`
  user.then.hasUnlocked('plaground')
})

test('a misspelt category does not compile where categories are declared', () => {
  user.completes('lesson', 'a', { score: 1 }).completes('post', { times: 2, every: 'P1D' })
  // @ts-expect-error: there is no category `leson`
  user.completes('leson')
  // @ts-expect-error: nor for a series
  user.completes('leson', { times: 2 })
  // @ts-expect-error: nor later on
  user.completes('lesson').at(new Date(0)).then.and.completes('leson')
})

test('only a step that has an instant can be given one', () => {
  user.completes('lesson').at('2026-01-01T00:00:00Z')
  user.movesTo('Europe/Berlin').at('2026-01-01T00:00:00Z')
  // @ts-expect-error: nothing has been told yet
  user.at('2026-01-01T00:00:00Z')
  // @ts-expect-error: it has been said already
  user.completes('lesson').at(new Date(0)).at(new Date(0))
  // @ts-expect-error: a pause has its own instants
  user.pauses(new Date(0), new Date(1)).at(new Date(0))
})

test('wrong steps and checks do not compile', () => {
  // @ts-expect-error: a series says how many
  user.completes('lesson', { every: 'P1D' })
  // @ts-expect-error: there is no such option
  given(catalog).user({ zone: 'Europe/Berlin' })
  // @ts-expect-error: there is no such measure
  user.then.isAt('first', { curent: 1 })
})

test('plain data have the ids and unlocks of the catalog', () => {
  expectTypeOf(user.then.badges).toEqualTypeOf<readonly HeldBadge<'first' | 'posts', 'playground'>[]>()
  expectTypeOf(user.then.unlocks).toEqualTypeOf<readonly 'playground'[]>()
  expectTypeOf(user.then.badges[0]!).not.toHaveProperty('awardedBy')
})

test('a catalog from JSON works untyped', () => {
  const untyped = given(parseCatalog(JSON.parse('{}'))).user()
  untyped.completes('anything').then.holds('anything').hasUnlocked('anything')
})
