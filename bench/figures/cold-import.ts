import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atMost, type Figure } from '../figure.js'
import { withInstalledPackage } from '../installed-package.js'
import type { Lab } from '../lab.js'
import { median, quantile } from '../median.js'
import type { Study } from '../study.js'
import { short } from '../wording.js'

const names = ["import 'milepost', cold", "files of import 'milepost'", "files of an ORM in import 'milepost'"] as const

/** How long `import 'milepost'` takes in a fresh process, and which files it loads. */
export const coldImport: Study = { names, measure: lab => withInstalledPackage(folder => measure(lab, folder)) }

const program = `const startedAt = performance.now()
const before = process.cpuUsage()
await import('milepost')
const ms = performance.now() - startedAt
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }))
`

async function measure(lab: Lab, folder: string): Promise<readonly Figure[]> {
  const file = join(folder, 'app.js')
  writeFileSync(file, program)
  const packages = await packagesLoaded(folder, file)
  const times = await timesOf(lab, file)
  const ormCount = packages.filter(name => name === 'drizzle-orm').length
  return [
    atMost(70, { figure: names[0], value: median(times.map(({ ms }) => ms)), unit: 'ms', detail: rangeOf(times) }),
    atMost(60, { figure: names[1], value: packages.length, unit: 'files', detail: countsOf(packages) }),
    atMost(0, { figure: names[2], value: ormCount, unit: 'files', detail: 'with drizzle-orm installed' }),
  ]
}

type Time = { readonly ms: number; readonly cpuMs: number }

async function timesOf({ isQuick, tell }: Lab, file: string): Promise<readonly Time[]> {
  const times: Time[] = []
  const count = isQuick ? 11 : 31
  for (let i = 0; i < count; i++) {
    tell(`process ${i + 1} of ${count}`)
    const { stdout } = await promisify(execFile)(process.execPath, [file])
    times.push(JSON.parse(stdout))
  }
  return times
}

/** Returns the package of each file that the import loads. Node notes every script that it compiles for coverage. */
async function packagesLoaded(folder: string, file: string): Promise<readonly string[]> {
  const notes = join(folder, 'notes')
  mkdirSync(notes)
  await promisify(execFile)(process.execPath, [file], { env: { ...process.env, NODE_V8_COVERAGE: notes } })
  const scripts = readdirSync(notes).flatMap(name => scriptsIn(readFileSync(join(notes, name), 'utf8')))
  rmSync(notes, { recursive: true })
  const ofPackage = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/
  return [...new Set(scripts)].flatMap(url => ofPackage.exec(url)?.[1] ?? [])
}

function scriptsIn(note: string): string[] {
  return (JSON.parse(note) as { readonly result: readonly { readonly url: string }[] }).result.map(({ url }) => url)
}

function rangeOf(times: readonly Time[]): string {
  const [low, high] = [0.25, 0.75].map(share =>
    short(
      quantile(
        times.map(({ ms }) => ms),
        share,
      ),
    ),
  )
  const cpuMs = short(median(times.map(time => time.cpuMs)))
  return `middle half of ${times.length} processes ${low} to ${high} ms; ${cpuMs} ms of CPU time`
}

function countsOf(packages: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of packages) counts.set(name, (counts.get(name) ?? 0) + 1)
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} of ${name}`)
  return parts.join(', ')
}
