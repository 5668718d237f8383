import { expectTypeOf, test } from 'vitest'
import { type Catalog, createMilestoneService, type Database, defineCatalog } from '../../index.js'

const catalog = defineCatalog({
  milestones: [
    { id: 'first', title: 'First', requirement: { type: 'steps_completed', count: 1 } },
    {
      id: 'posts',
      title: 'Writer',
      requirement: { type: 'count', category: 'post' },
      tiers: [5, { key: 'silver', target: 10 }, { key: 'gold', target: 50, reward: { unlocks: ['cover'] } }],
    },
    {
      id: 'author',
      title: 'Author',
      after: ['posts#gold', 'posts#5'],
      requirement: { type: 'milestones', ids: ['first', 'posts#silver'] },
    },
  ],
})
const service = createMilestoneService({ db: {} as Database, catalog })

test('the keys of tiers are part of the ids of a catalog', () => {
  expectTypeOf<'posts#gold'>().toExtend<typeof catalog extends Catalog<infer Id, string, string> ? Id : never>()
  void service.explain('ann', 'posts#gold')
  void service.explain('ann', 'posts#5')
  void service.explain('ann', 'posts')
  // @ts-expect-error: there is no tier `golf`
  void service.explain('ann', 'posts#golf')
  // @ts-expect-error: nor a milestone `post`
  void service.explain('ann', 'post#gold')
  // @ts-expect-error: a tier has no times
  void service.explain('ann', 'posts#gold@2')
})

test('a misspelt tier does not compile in the catalog either', () => {
  defineCatalog({
    milestones: [
      {
        id: 'posts',
        title: 'Posts',
        requirement: { type: 'count', category: 'post' },
        tiers: [{ key: 'gold', target: 1 }],
      },
      // @ts-expect-error: there is no tier `golf`
      { id: 'last', title: 'Last', after: ['posts#golf'], requirement: { type: 'points', target: 1 } },
    ],
  })
})
