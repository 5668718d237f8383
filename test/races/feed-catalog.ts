import { parseCatalog } from '../../src/index.js'

/** A catalog in which single completions bring badges that an undo takes. */
export const feedCatalog = parseCatalog({
  milestones: [
    { id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } },
    { id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } },
  ],
})
