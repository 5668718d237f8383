import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure } from './figure.js'

/** A figure as `results.json` has it. */
export type Result = Omit<Figure, 'detail'>

/** Where the results of the last run stand. */
export const resultsFile = fileURLToPath(new URL('./results.json', import.meta.url))

/** Writes figures; those that were not measured now stay as they were. `names`: all there are, in their order. */
export function writeResults(figures: readonly Figure[], names: readonly string[]): void {
  const results = new Map([...readResults(), ...figures.map(resultOf)].map(result => [result.figure, result]))
  const known = names.flatMap(name => results.get(name) ?? [])
  writeFileSync(resultsFile, `${JSON.stringify(known, null, 2)}\n`)
}

function readResults(): readonly Result[] {
  return existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Result[]) : []
}

function resultOf({ figure, value, target, unit, met }: Figure): Result {
  return { figure, value: Number(value.toPrecision(4)), target, unit, met }
}
