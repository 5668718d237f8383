import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the app of docs/nextjs.md is examples/next, which is installed, built and run', () => {
  const page = readFileSync(join(root, 'docs/nextjs.md'), 'utf8')
  const files = [...page.matchAll(/^```tsx?\n\/\/ (\S+)\n(.*?)^```/gms)].map(
    ([, path, text]) => [path!, text!] as const,
  )
  expect(files).toHaveLength(7)
  for (const [path, text] of files) expect(text, path).toBe(readFileSync(join(root, 'examples/next', path), 'utf8'))
})
