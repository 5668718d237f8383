import type { FoldReport } from '../../service/fold/fold.js'
import type { Answer, Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { usageError } from '../failure.js'
import { counted } from '../figures.js'
import { instantOf, yesOption } from '../options.js'
import { type CommandSession, withService } from '../session.js'

/** Folds old completions. */
export const fold: Command = {
  name: 'fold',
  summary: 'replace old completions by what was counted from them, to save room',
  notes: [
    'Counts, totals, bests, streaks, points and badges stay as they are. Asks first, because it cannot be reverted:',
    'for users with such completions, nothing from before --before can be recorded, imported or undone any more.',
    'Recording can continue meanwhile. If interrupted, run it again.',
  ],
  positionals: [],
  options: {
    before: { value: 'instant', help: 'fold completions from before this day or instant (required)' },
    category: { value: 'names', help: 'the categories to fold, separated by commas (required)' },
    'dry-run': { help: 'only report what would be folded' },
    ...yesOption,
  },
  examples: [
    'milepost fold --before 2025-01-01 --category page-view --dry-run',
    'milepost fold --before 2025-01-01 --category page-view,lesson --yes',
  ],
  run: async call => {
    const given = givenIn(call)
    const isAsking = !given.dryRun && call.mustAsk()
    return withService(call, 'in-effect', async session => {
      const names = given.categories.join(', ')
      const question = `Fold the completions of ${names} from before ${given.before.toISOString()}? This cannot be reverted.`
      if (isAsking && !(await call.confirm(question))) return declined
      return answerTo(await foldWithProgress(call, session, given))
    })
  },
}

type FoldRequest = { readonly before: Date; readonly categories: readonly string[]; readonly dryRun: boolean }

function givenIn({ args }: Call): FoldRequest {
  const before = instantOf(args, 'before')
  if (!before) throw usageError('--before is missing.', 'Pass a day, such as --before 2025-01-01.')
  const categories = (args.texts.category ?? '').split(',').filter(name => name !== '')
  if (categories.length === 0)
    throw usageError('--category is missing.', 'Name the categories to fold, separated by commas.')
  return { before, categories, dryRun: args.flags.has('dry-run') }
}

async function foldWithProgress(
  call: Call,
  { service }: CommandSession,
  { before, ...options }: FoldRequest,
): Promise<FoldReport> {
  const progress = call.progress('user')
  try {
    return await service.foldCompletions(before, {
      ...options,
      onProgress: ({ userCount, totalCount, completionCount }) => {
        progress.show(userCount, totalCount)
        call.interrupt.check(
          () => `Interrupted: ${counted(completionCount, 'completion')} folded. Run it again to continue.`,
        )
      },
    })
  } finally {
    progress.clear()
  }
}

function answerTo(report: FoldReport): Answer {
  const { isDryRun, completionCount, userCount } = report
  const what = `${counted(completionCount, 'completion')} of ${counted(userCount, 'user')}`
  return { data: report, lines: () => [isDryRun ? `${what} would be folded. Nothing was changed.` : `${what} folded.`] }
}
