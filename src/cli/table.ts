import { columnsOf, printable } from './printable.js'
import type { TerminalScreen } from './screen.js'

/** A column of a table: its heading, and whether it contains numbers, which are aligned to the right. */
export type Column = { readonly head: string; readonly isFigure?: boolean }

/** Formats rows as columns, each as wide as its widest cell. Without rows it returns no lines, not even the heading. */
export function tableLines(
  { paint }: TerminalScreen,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return []
  const cells = [columns.map(({ head }) => head), ...rows.map(row => row.map(printable))]
  const widths = columns.map((_, i) => Math.max(...cells.map(row => columnsOf(row[i]!))))
  const lines = cells.map(row => {
    const padded = row.map((cell, i) => {
      const space = ' '.repeat(widths[i]! - columnsOf(cell))
      return columns[i]!.isFigure ? space + cell : cell + space
    })
    return padded.join('  ').trimEnd()
  })
  return lines.map((line, i) => (i === 0 ? paint('quiet', line) : line))
}
