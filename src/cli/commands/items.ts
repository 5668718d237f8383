import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ItemListInfo } from '../../store/reports/item-lists.js'
import type { Answer, Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { failure, usageError } from '../failure.js'
import { counted, figure, moment } from '../figures.js'
import { planLines } from '../plan-lines.js'
import { applyingWith, planningWith, policyOf, policyOptions, reportAnswer, versionOptions } from '../planning.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'
import { tableLines } from '../table.js'

const actions = ['list', 'show', 'set'] as const

/** Lists, shows and sets the lists of items that requirements name. */
export const items: Command = {
  name: 'items',
  summary: 'list, show or set the lists of items that requirements name',
  notes: [
    'list (also without an action), show <list>, set <list> <file>.',
    'The file is a JSON array of item keys, or a text with one key per line. `set` shows the plan and asks first.',
    'Every user is recalculated. If it is interrupted, run the same command to continue.',
  ],
  positionals: [
    { name: 'action', isOptional: true, words: actions },
    { name: 'list', isOptional: true },
    { name: 'file', isOptional: true },
  ],
  options: {
    policy: policyOptions.policy!,
    'dry-run': { help: 'set: only show the plan' },
    ...versionOptions,
  },
  examples: [
    'milepost items',
    'milepost items show course:ts',
    'milepost items set course:ts lessons.json --dry-run',
    'milepost items set course:ts lessons.txt --policy recompute --yes --reason "Two lessons are gone"',
  ],
  run: async call => {
    const [action = 'list', list, file] = call.args.positionals
    if (action === 'list') return listAll(call)
    if (list === undefined) throw usageError('No list given.', `For example: milepost items ${action} course:ts`)
    if (action === 'show') return show(call, list)
    if (file === undefined) throw usageError('No file given.', `For example: milepost items set ${list} lessons.json`)
    return set(call, list, await readKeys(file))
  },
}

function listAll(call: Call): Promise<Answer> {
  return withService(call, 'none', async ({ service }) => {
    const lists = await service.getItemLists()
    return { data: { lists }, lines: screen => listLines(screen, lists) }
  })
}

const columns = [
  { head: 'list' },
  { head: 'items', isFigure: true },
  { head: 'version', isFigure: true },
  { head: 'set (UTC)' },
  { head: 'by' },
]

function listLines(screen: TerminalScreen, lists: readonly ItemListInfo[]): readonly string[] {
  if (lists.length === 0) return ['There are no lists. Set one: milepost items set course:ts lessons.json']
  const rows = lists.map(({ list, itemCount, version, setAt, by }) => {
    return [list, figure(itemCount), String(version), moment(setAt), by ?? '']
  })
  return [...tableLines(screen, columns, rows), screen.paint('quiet', counted(lists.length, 'list'))]
}

function show(call: Call, list: string): Promise<Answer> {
  return withService(call, 'none', async ({ service }) => {
    const found = await service.getItems(list)
    const lines = found.length === 0 ? [`${printable(list)} has no items.`] : found.map(printable)
    return { data: { list, items: found }, lines: () => lines }
  })
}

async function set(call: Call, list: string, keys: readonly string[]): Promise<Answer> {
  const policy = policyOf(call.args)
  const isDryRun = call.args.flags.has('dry-run')
  const isAsking = !isDryRun && call.mustAsk()
  return withService(call, 'in-effect', async ({ service }) => {
    const plan = () => planningWith(call, more => service.planItems(list, keys, { policy, ...more }))
    if (isDryRun) {
      const data = await plan()
      return { data, lines: screen => planLines(screen, data) }
    }
    if (isAsking) {
      const shown = await plan()
      call.show(screen => planLines(screen, shown))
      if (!(await call.confirm(`Set ${counted(new Set(keys).size, 'item')}?`))) return declined
    }
    const report = await applyingWith(call, more => service.setItems(list, keys, { policy, ...more }))
    return reportAnswer(report)
  })
}

async function readKeys(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw failure('FILE_UNREADABLE', `${file} cannot be read: ${error.message}.`)
  })
  if (extname(file).toLowerCase() !== '.json') return text.split(/\r?\n/).filter(line => line !== '')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw failure('FILE_UNREADABLE', `${file} is not valid JSON: ${(error as Error).message}.`)
  }
}
