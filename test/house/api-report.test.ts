import { beforeAll, expect, test } from 'vitest'

type Script = {
  readonly apiReports: () => { readonly faults: readonly string[]; readonly reports: ReadonlyMap<string, string> }
  readonly outdatedReports: (reports: ReadonlyMap<string, string>) => readonly string[]
}

const script = (await import(new URL('../../scripts/api-report.mjs', import.meta.url).href)) as Script

let report: ReturnType<Script['apiReports']>
beforeAll(() => {
  report = script.apiReports()
})

test('api/ says what the package exports, all of it documented and nothing of it unnamed', () => {
  const { faults, reports } = report
  expect(faults).toEqual([])
  expect(
    script.outdatedReports(reports),
    'run `node scripts/api-report.mjs --write` and review the difference',
  ).toEqual([])
})

test('every type parameter of an exported type has a default', () => {
  const types = [...report.reports].flatMap(([, text]) => [...text.matchAll(/^export type (\w+)<(.+?)> = /gm)])
  const lacking = types.filter(([, , parameters]) =>
    parameters!.split(/, (?=\w+ ?(?:extends|=))/).some(one => !/ = /.test(one)),
  )
  expect([...new Set(lacking.map(([, name]) => name))]).toEqual([])
})
