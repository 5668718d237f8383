import type { UserProgressCount } from '../../service/recount/user-count.js'
import type { Difference } from '../../service/recount/verify.js'
import type { Answer, Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { counted } from '../figures.js'
import { wholeNumber } from '../options.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'
import { tableLines } from '../table.js'

/** Compares the stored data with a recount. */
export const verify: Command = {
  name: 'verify',
  summary: 'compare metrics, points and badges with a recount; writes nothing',
  notes: ['Reads the whole history. To repair differences, run `milepost rebuild`.'],
  positionals: [{ name: 'user', isOptional: true }],
  options: { limit: { value: 'n', help: 'maximum number of differences. Default: 1,000' } },
  examples: ['milepost verify', 'milepost verify ann', 'milepost verify --quiet || milepost rebuild --yes'],
  run: async call => {
    const [userId] = call.args.positionals
    const limit = wholeNumber(call.args, 'limit') ?? 1_000
    const query = { limit, ...(userId !== undefined && { userId }) }
    return withService(call, 'in-effect', async ({ service }) => {
      const progress = call.progress('user')
      const onProgress = ({ userCount, totalCount }: UserProgressCount): void => progress.show(userCount, totalCount)
      try {
        return answerTo(await call.interrupt.race(service.verify({ ...query, onProgress })))
      } finally {
        progress.clear()
      }
    })
  },
}

function answerTo(differences: readonly Difference[]): Answer {
  const exitCode = differences.length > 0 ? exitCodes.found : exitCodes.done
  return { data: { differences }, lines: screen => differenceLines(screen, differences), exitCode }
}

const columns = [
  { head: 'user' },
  { head: 'what' },
  { head: 'name' },
  { head: 'stored', isFigure: true },
  { head: 'counted', isFigure: true },
]

function differenceLines(screen: TerminalScreen, differences: readonly Difference[]): readonly string[] {
  if (differences.length === 0) return [screen.paint('good', 'No differences found.')]
  const rows = differences.map(({ userId, kind, name, stored, counted: recounted }) => {
    return [userId, kind, name, String(stored ?? '–'), String(recounted ?? '–')]
  })
  return [...tableLines(screen, columns, rows), screen.paint('bad', counted(differences.length, 'difference'))]
}
