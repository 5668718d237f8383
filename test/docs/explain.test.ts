import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { explanationText } from '../../src/index.js'
import { explained } from '../support/explained.js'

test('docs/explain.md shows the real explanation of its user, as text and as data', async () => {
  const page = await readFile(fileURLToPath(new URL('../../docs/explain.md', import.meta.url)), 'utf8')
  const block = (language: string): string => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(page)![1]!
  const requirement = { type: 'count', category: 'lesson', during: 'week', target: 3 }
  const at = (itemKey: string, day: number) => ({ itemKey, completedAt: new Date(Date.UTC(2026, 3, day, 12)) })
  const explanation = explained(
    {
      catalog: { milestones: [{ id: 'regular', title: 'Regular', requirement }] },
      completions: [at('intro', 1), at('setup', 2), at('deploy', 20)],
      now: new Date('2026-04-20T18:00Z'),
    },
    'regular',
  )
  expect(`${explanationText(explanation)}\n`).toBe(block('text'))
  expect(JSON.parse(JSON.stringify(explanation))).toMatchObject(JSON.parse(block('json')))
})
