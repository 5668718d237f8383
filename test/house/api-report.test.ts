import { expect, test } from 'vitest'

const script = new URL('../../scripts/api-report.mjs', import.meta.url).href

test('api/ says what the package exports, all of it documented and nothing of it unnamed', async () => {
  const { apiReports, outdatedReports } = (await import(script)) as {
    apiReports: () => { readonly faults: readonly string[]; readonly reports: ReadonlyMap<string, string> }
    outdatedReports: (reports: ReadonlyMap<string, string>) => readonly string[]
  }
  const { faults, reports } = apiReports()
  expect(faults).toEqual([])
  expect(outdatedReports(reports), 'run `node scripts/api-report.mjs --write` and review the difference').toEqual([])
})
