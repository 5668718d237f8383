import { lintCatalog } from '../../core/lint/lint.js'
import type { CatalogWarning } from '../../core/lint/warning.js'
import { readCatalogFile } from '../catalog/catalog-file.js'
import type { TextPlace } from '../catalog/text-file.js'
import { usualCatalogFile } from '../catalog/usual-file.js'
import type { Answer, Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { usageError } from '../failure.js'
import { counted } from '../figures.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'

/** Finds likely mistakes in a catalog. */
export const lint: Command = {
  name: 'lint',
  summary: 'find likely mistakes in a catalog; needs no database',
  notes: ['Lists of items (items: { list }) are in the database: `milepost plan` says which have too few items.'],
  positionals: [{ name: 'catalog', isOptional: true }],
  options: {},
  examples: ['milepost lint catalog.ts', 'milepost lint --catalog catalog.yaml --json'],
  run: async ({ args }) => {
    const file = args.positionals[0] ?? args.texts.catalog ?? usualCatalogFile(process.cwd())
    if (file === undefined) throw usageError('No catalog given.', 'Pass its file: milepost lint catalog.ts')
    const { definition, places } = await readCatalogFile(file)
    const warnings = lintCatalog(definition)
    const placeOf = warnings.length > 0 ? await places() : () => null
    return answerTo(
      file,
      warnings.map(warning => ({ ...warning, ...placeOf(warning.path) })),
    )
  },
}

type PlacedWarning = CatalogWarning & Partial<TextPlace>

function answerTo(file: string, warnings: readonly PlacedWarning[]): Answer {
  const lines = ({ paint }: TerminalScreen): readonly string[] =>
    warnings.length === 0
      ? [paint('good', 'No problems found.')]
      : [...warnings.flatMap(warning => warningLines(paint, file, warning)), counted(warnings.length, 'warning')]
  return { data: { warnings }, lines, exitCode: warnings.length > 0 ? exitCodes.found : exitCodes.done }
}

function warningLines(
  paint: TerminalScreen['paint'],
  file: string,
  { kind, path, problem, fix, line, column }: PlacedWarning,
): readonly string[] {
  const name = paint(kind === 'fault' ? 'bad' : 'warning', kind)
  const place = line === undefined ? '' : ` (${printable(file)}:${line}:${column})`
  return [`${name} ${paint('strong', printable(path))}${place}: ${printable(problem)}`, `  ${printable(fix)}`]
}
