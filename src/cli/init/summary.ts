import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import type { Change } from './change.js'
import { type PackagesToAdd, packagesIn } from './packages.js'
import type { InitPlan } from './plan.js'
import type { Manifest } from './project.js'

/** What was done, apart from the plan. */
export type InitResult = {
  /** The commands that are left to run, in order. */
  readonly steps: readonly string[]
  readonly isUnchanged: boolean
  /** The package.json after the installation; null if it was skipped. */
  readonly installed: Manifest | null
  readonly isUrlMissing: boolean
}

type Paint = TerminalScreen['paint']

const words = { new: 'new    ', changed: 'changed', there: 'there  ' } as const
const styles = { new: 'good', changed: 'warning', there: 'quiet' } as const

/** Writes what happens to a file. */
export function changeLine(paint: Paint, { path, status }: Change): string {
  return `${paint(styles[status], words[status])} ${printable(path)}`
}

const urlHint =
  'Set DATABASE_URL to the address of your Postgres. The command milepost reads it from your shell, not from a .env file.'

/** Writes what `init` did, and what to do next. */
export function summaryLines(paint: Paint, plan: InitPlan, result: InitResult): readonly string[] {
  const { changes, packages, notes, manual, dev, later, userFile, serviceFile } = plan
  const { steps, isUnchanged, installed, isUrlMissing } = result
  return [
    ...changes.map(change => changeLine(paint, change)),
    ...(installed === null ? [] : packageLines(paint, packages, installed)),
    ...(isUnchanged && manual.length === 0 ? ['Everything is there already.'] : []),
    ...paragraph(notes),
    ...paragraph(manual),
    '',
    ...(isUrlMissing ? [urlHint, ''] : []),
    ...steps.map((step, i) => `${i === 0 ? 'Next:' : '     '} ${paint('strong', step)}`),
    ...(plan.page === null ? [] : [openLine(plan.page)]),
    '',
    `Who is signed in? Say so in ${userFile}. Until then ${dev ? `only \`${dev}\` has` : 'only development has'} a demo user.`,
    `Record what your users complete: ${serviceFile} shows how.`,
    ...later,
  ]
}

function packageLines(paint: Paint, { needed, forDevelopment }: PackagesToAdd, manifest: Manifest): readonly string[] {
  const line = (name: string, note: string): string => `${paint('good', words.new)} ${name} (package${note})`
  return [
    ...packagesIn(manifest, needed).map(name => line(name, '')),
    ...packagesIn(manifest, forDevelopment).map(name => line(name, ', for development')),
  ]
}

function paragraph(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', ...lines] : []
}

function openLine(page: string): string {
  return `Open ${page.startsWith('/') ? `${page} of your app` : page} and press "Finish a lesson".`
}
