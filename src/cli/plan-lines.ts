import type { CatalogPlan } from '../service/catalog/plan.js'
import type { Affected, PlanWarning } from '../service/catalog/plan-warning.js'
import type { CatalogChanges } from '../service/context/catalog-changes.js'
import { counted, figure } from './figures.js'
import { printable } from './printable.js'
import type { TerminalScreen } from './screen.js'
import { tableLines } from './table.js'

/** Checks whether applying would change anything. The first catalog always does. */
export function hasChanges({ fromVersion, affectedCount, changes }: CatalogPlan): boolean {
  const { milestones, metrics, boards, ...others } = changes
  const lists = [milestones, metrics, boards].flatMap(kind => Object.values(kind) as (readonly unknown[])[])
  const isOther = lists.some(list => list.length > 0) || Object.values(others).includes(true)
  return fromVersion === 0 || affectedCount > 0 || isOther
}

/** Writes a plan for people: first how the catalogs differ, then what happens to users. */
export function planLines(screen: TerminalScreen, plan: CatalogPlan): readonly string[] {
  const { fromVersion, policy, userCount, affectedCount } = plan
  const warnings = plan.warnings.map(warning => screen.paint('warning', warningLine(warning)))
  if (!hasChanges(plan)) return [`Compared with version ${fromVersion}: nothing would change.`, ...warnings]
  const isFirst = fromVersion === 0
  return [
    isFirst
      ? 'No catalog was applied yet. This one becomes version 1.'
      : `Compared with version ${fromVersion}, policy ${policy}:`,
    ...changeLines(screen, plan.changes),
    `${screen.paint('strong', `${figure(affectedCount)} of ${counted(userCount, 'user')}`)} affected`,
    ...tableLines(screen, columns, affectedRows(plan)),
    ...warnings,
  ]
}

function warningLine({ message, users: { userCount, examples } }: PlanWarning): string {
  const such = examples.length > 0 ? `, such as ${examples.map(printable).join(', ')}` : ''
  const whom = userCount === 0 ? '' : ` (${counted(userCount, 'user')}${such})`
  return `Warning: ${printable(message)}${whom}`
}

const columns = [{ head: 'what' }, { head: 'users', isFigure: true }, { head: 'such as' }]

function changeLines({ paint }: TerminalScreen, changes: CatalogChanges): readonly string[] {
  const { milestones, metrics, boards, hasOtherLevels, hasOtherPointsRules, hasOtherRetention, hasOtherDays } = changes
  return [
    ...milestones.added.map(id => paint('good', `  + milestone ${printable(id)}`)),
    ...milestones.changed.map(({ id, sides }) =>
      paint('warning', `  ~ milestone ${printable(id)}: changed ${sides.join(', ')}`),
    ),
    ...milestones.removed.map(id => paint('bad', `  - milestone ${printable(id)}`)),
    ...metrics.added.map(name => paint('good', `  + metric ${printable(name)}`)),
    ...metrics.removed.map(name => paint('bad', `  - metric ${printable(name)}`)),
    ...boards.added.map(id => paint('good', `  + board ${printable(id)}`)),
    ...boards.changed.map(id => paint('warning', `  ~ board ${printable(id)}`)),
    ...boards.removed.map(id => paint('bad', `  - board ${printable(id)}`)),
    ...(hasOtherLevels ? [paint('warning', '  ~ levels')] : []),
    ...(hasOtherPointsRules ? [paint('warning', '  ~ points of completions')] : []),
    ...(hasOtherRetention ? [paint('warning', '  ~ how long completions are kept')] : []),
    ...(hasOtherDays ? [paint('warning', '  ~ when days start')] : []),
  ]
}

function affectedRows({ badges, renamed, points, levels, unlocks }: CatalogPlan): readonly (readonly string[])[] {
  return [
    ...badges.flatMap(({ id, gained, lost }) => [row(`gain badge ${id}`, gained), row(`lose badge ${id}`, lost)]),
    ...renamed.map(({ from, to, users }) => row(`have badge ${from} renamed to ${to}`, users)),
    row('have more points', points.raised),
    row('have fewer points', points.lowered),
    row('reach a higher level', levels.raised),
    row('fall to a lower level', levels.lowered),
    ...unlocks.flatMap(({ unlock, gained, lost }) => [
      row(`gain unlock ${unlock}`, gained),
      row(`lose unlock ${unlock}`, lost),
    ]),
  ].flat()
}

function row(what: string, { userCount, examples }: Affected): readonly (readonly string[])[] {
  return userCount === 0 ? [] : [[what, figure(userCount), examples.join(', ')]]
}
