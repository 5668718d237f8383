import type { CatalogVersion } from '../../service/catalog/list-versions.js'
import type { Command } from '../command.js'
import { counted, figure, moment } from '../figures.js'
import { wholeNumber } from '../options.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'
import { tableLines } from '../table.js'

/** Lists the applied catalogs. */
export const versions: Command = {
  name: 'versions',
  summary: 'list the applied catalogs, and changed lists of items, latest first',
  notes: ['With --json each has its definition, which is a catalog that you can apply.'],
  positionals: [],
  options: { limit: { value: 'n', help: 'how many versions. Default: 20' } },
  examples: ['milepost versions', 'milepost versions --limit 1 --json'],
  run: async call => {
    const limit = wholeNumber(call.args, 'limit') ?? 20
    return withService(call, 'none', async ({ service }) => {
      const found = await call.interrupt.race(service.getCatalogVersions({ limit }))
      return { data: { versions: found }, lines: screen => versionLines(screen, found) }
    })
  },
}

const columns = [
  { head: 'version', isFigure: true },
  { head: 'applied (UTC)' },
  { head: 'policy' },
  { head: 'users', isFigure: true },
  { head: 'milestones', isFigure: true },
  { head: 'items of' },
  { head: 'by' },
  { head: 'reason' },
]

function versionLines(screen: TerminalScreen, found: readonly CatalogVersion[]): readonly string[] {
  if (found.length === 0) return ['No catalog was applied yet.']
  const rows = found.map(version => {
    const { milestones } = version.definition as { readonly milestones: readonly unknown[] }
    const appliedAt = version.appliedAt ? moment(version.appliedAt) : 'unfinished'
    const numbers = [figure(version.userCount), figure(milestones.length)]
    return [
      String(version.version),
      appliedAt,
      version.policy,
      ...numbers,
      version.list ?? '',
      version.by ?? '',
      version.reason ?? '',
    ]
  })
  return [...tableLines(screen, columns, rows), screen.paint('quiet', counted(found.length, 'version'))]
}
