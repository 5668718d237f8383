import type { ApplyReport } from '../../service/catalog/apply.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import type { Answer, Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { counted, figure } from '../figures.js'
import { hasChanges, planLines } from '../plan-lines.js'
import { makePlan, policyOf, policyOptions } from '../planning.js'
import { type CommandSession, withNewCatalog } from '../session.js'

/** Applies a catalog. */
export const apply: Command = {
  name: 'apply',
  summary: 'apply a catalog and recalculate every user, while recording continues',
  notes: [
    'Shows the plan and asks first. Users are not notified.',
    'If it is interrupted, run the same command to continue.',
  ],
  positionals: [],
  options: {
    ...policyOptions,
    reason: { value: 'text', help: 'why; stored with the version' },
    by: { value: 'name', help: 'who applies it; stored with the version' },
    'accept-folded': {
      help: 'let milestones count in a new way although completions were folded: only what came after counts',
    },
    yes: { help: 'do not show the plan and ask first' },
  },
  examples: [
    'milepost apply --catalog catalog.json',
    'milepost apply --catalog catalog.json --policy recompute --yes --reason "Steps count double"',
    'milepost apply --to 3 --yes',
  ],
  run: async call => {
    const policy = policyOf(call.args)
    const isAsking = call.mustAsk()
    return withNewCatalog(call, async session => {
      if (isAsking && !(await isAgreed(call, session, policy))) return declined
      return answerTo(await applyWithProgress(call, session, policy))
    })
  },
}

async function isAgreed(call: Call, session: CommandSession, policy: ApplyPolicy): Promise<boolean> {
  const [latest] = await session.service.getCatalogVersions({ limit: 1 })
  const plan = await makePlan(call, session, { policy })
  call.show(screen => planLines(screen, plan))
  const isUnfinished = latest !== undefined && latest.appliedAt === null
  if (isUnfinished) call.note(`Version ${latest.version} is in effect, but recalculating users did not finish.`)
  if (policy === 'keep' && !hasChanges(plan) && !isUnfinished) return true
  return call.confirm('Apply this?')
}

async function applyWithProgress(
  call: Call,
  { service, catalog }: CommandSession,
  policy: ApplyPolicy,
): Promise<ApplyReport> {
  const { reason, by } = call.args.texts
  const progress = call.progress('user')
  try {
    return await service.apply(catalog, {
      policy,
      ...(reason !== undefined && { reason }),
      ...(by !== undefined && { by }),
      acceptFolded: call.args.flags.has('accept-folded'),
      onProgress: ({ userCount, totalCount }) => {
        progress.show(userCount, totalCount)
        call.interrupt.check(() => interruptedAt(userCount, totalCount))
      },
    })
  } finally {
    progress.clear()
  }
}

function interruptedAt(userCount: number, totalCount: number): string {
  const far = `${figure(userCount)} of ${counted(totalCount, 'user')}`
  return `Interrupted: the catalog is in effect, and ${far} are recalculated. Run the same command to continue.`
}

function answerTo(report: ApplyReport): Answer {
  const { version, status, userCount, awardedCount, revokedCount } = report
  const lines = [
    `Version ${version} is in effect. ${counted(userCount, 'user')} recalculated, ${counted(awardedCount, 'badge')} awarded, ${figure(revokedCount)} revoked.`,
  ]
  return { data: report, lines: () => (status === 'unchanged' ? [`Version ${version} is already in effect.`] : lines) }
}
