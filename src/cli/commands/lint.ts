import { lintCatalog } from '../../core/lint/lint.js'
import type { CatalogWarning } from '../../core/lint/warning.js'
import { readCatalogFile } from '../catalog-file.js'
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
  positionals: [{ name: 'catalog', isOptional: true }],
  options: {},
  examples: ['milepost lint catalog.json', 'milepost lint --catalog dist/catalog.js --json'],
  run: async ({ args }) => {
    const file = args.positionals[0] ?? args.texts.catalog
    if (file === undefined) throw usageError('No catalog given.', 'Pass its file: milepost lint catalog.json')
    return answerTo(lintCatalog(await readCatalogFile(file)))
  },
}

function answerTo(warnings: readonly CatalogWarning[]): Answer {
  const lines = ({ paint }: TerminalScreen): readonly string[] =>
    warnings.length === 0
      ? [paint('good', 'No problems found.')]
      : [...warnings.flatMap(warning => warningLines(paint, warning)), counted(warnings.length, 'warning')]
  return { data: { warnings }, lines, exitCode: warnings.length > 0 ? exitCodes.found : exitCodes.done }
}

function warningLines(paint: TerminalScreen['paint'], { kind, path, problem, fix }: CatalogWarning): readonly string[] {
  const name = paint(kind === 'fault' ? 'bad' : 'warning', kind)
  return [`${name} ${paint('strong', printable(path))}: ${printable(problem)}`, `  ${printable(fix)}`]
}
