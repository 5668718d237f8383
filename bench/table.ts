import type { Figure } from './figure.js'
import { short } from './wording.js'

/** Writes figures as a table, and below it what each was made of. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, value, target, unit, met }) => {
    return [
      figure,
      short(value).toLocaleString('en-US', { maximumFractionDigits: 3 }),
      target,
      unit,
      met ? 'yes' : 'NO',
    ]
  })
  const all = [['figure', 'value', 'target', 'unit', 'met'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  const lines = all.map(row =>
    row
      .map((cell, column) => padded(cell, widths[column]!, column))
      .join('  ')
      .trimEnd(),
  )
  const details = figures.map(({ figure, detail }) => `${figure}: ${detail}`)
  return [lines[0]!, '-'.repeat(lines[0]!.length), ...lines.slice(1), '', ...details].join('\n')
}

const rightAligned = new Set([1, 2])

function padded(cell: string, width: number, column: number): string {
  return rightAligned.has(column) ? cell.padStart(width) : cell.padEnd(width)
}
