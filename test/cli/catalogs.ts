import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const first = {
  id: 'first',
  title: 'First lesson',
  requirement: { type: 'count', category: 'lesson', target: 1 },
  reward: { points: 10, unlocks: ['forum'] },
}
const two = {
  id: 'two',
  title: 'Two lessons',
  requirement: { type: 'count', category: 'lesson', target: 2 },
  reward: { points: 20 },
}
const far = { id: 'far', title: 'Far', requirement: { type: 'points', target: 1_000_000 } }

const boards = [{ id: 'weekly', title: 'This week', by: 'points', period: 'week' }]

const rows = [
  'user_id,category,item_key,completed_at',
  'ann,lesson,intro,2026-01-02T10:00:00Z',
  'ann,lesson,loops,2026-01-03T10:00:00Z',
  'ben,lesson,intro,2026-01-04T10:00:00Z',
]

const badgeRow = { userId: 'dan', category: 'milestone_badge', completedAt: '2026-01-05' }

/** Writes what the tests of the command give it: two catalogs, one that lint warns of, one with a fault, and rows. */
export function writeFiles(folder: string): void {
  const files = {
    'one.json': JSON.stringify({ boards, milestones: [first] }),
    'two.mjs': `import { defineCatalog } from 'milepost'\nexport const catalog = defineCatalog(${JSON.stringify({ boards, milestones: [first, two] })})`,
    'far.json': JSON.stringify({ milestones: [first, far] }),
    'faulty.json': JSON.stringify({ milestones: [{ ...first, requirement: { type: 'cuont' } }] }),
    'rows.csv': rows.join('\n'),
    'otherwise.csv': [rows[0], rows[1], rows[2]!.replace('2026', '2025')].join('\n'),
    'badges.ndjson': ['first', 'old'].map(itemKey => JSON.stringify({ ...badgeRow, itemKey })).join('\n'),
    'refused.ndjson': '{"userId":"cleo","category":"lesson","itemKey":"","completedAt":"2026-01-01"}\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}
