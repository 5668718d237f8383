import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { catalogJsonSchema } from '../../src/core/catalog/catalog-json-schema.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/catalog.md', import.meta.url)), 'utf8')
const blocks = [...page.matchAll(/^```(ts|json catalog|json requirement)\n(.*?)^```/gms)].map(([, type, text]) => ({
  type: type!,
  text: text!,
}))
const AsyncFunction = (async () => {}).constructor as new (
  ...parts: readonly string[]
) => (...values: readonly unknown[]) => Promise<unknown>

test('docs/catalog.md shows every option of a catalog in an example', () => {
  const shown = new Set<string>()
  for (const { type, text } of blocks) if (type !== 'ts') collectKeys(JSON.parse(text), shown)
  const known = new Set<string>()
  collectOptions(catalogJsonSchema(), known)
  expect(known.size).toBeGreaterThan(50)
  expect([...known].filter(name => !shown.has(name))).toEqual([])
})

function collectKeys(value: unknown, keys: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    keys.add(key)
    collectKeys(inner, keys)
  }
}

function collectOptions(schema: unknown, names: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return
  const { properties } = schema as { readonly properties?: Readonly<Record<string, unknown>> }
  for (const name of Object.keys(properties ?? {})) names.add(name)
  for (const inner of Object.values(schema)) collectOptions(inner, names)
}

describeOnEach(['pglite'], 'docs/catalog.md', database => {
  test('has calls that run, each with the catalog above it', async () => {
    const { length } = blocks.filter(({ type }) => type === 'ts')
    expect(length).toBeGreaterThan(5)
    for (const [i, { type, text }] of blocks.entries()) {
      if (type !== 'ts') continue
      const above = blocks.slice(0, i).findLast(block => block.type === 'json catalog')!
      const catalog = parseCatalog(JSON.parse(above.text))
      const service = createMilestoneService({ db: database.host.db, catalog, onWarning: () => {} })
      await expect(
        new AsyncFunction('service', 'milestoneService', text)(service, service),
        text,
      ).resolves.toBeUndefined()
      await service.close()
    }
  })
})
