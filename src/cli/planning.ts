import type { ApplyOptions, ApplyReport } from '../service/catalog/count-by-version.js'
import type { CatalogPlan, PlanOptions } from '../service/catalog/plan.js'
import type { ApplyPolicy } from '../store/reports/catalog-versions.js'
import type { Answer, Arguments, Call, Options } from './command.js'
import { counted, figure } from './figures.js'
import { oneOf } from './options.js'

const policies: readonly ApplyPolicy[] = ['keep', 'recompute', 'reprice']

/** The options for the catalog to plan or apply, and for its policy. */
export const policyOptions: Options = {
  policy: {
    value: policies.join('|'),
    words: policies,
    help: 'keep: no user loses anything; recompute: badges follow the catalog; reprice: only points do. Default: keep',
  },
  to: { value: 'version', help: 'an old version instead of --catalog, to go back' },
}

/** Reads the policy. Default: `keep`. @throws USAGE */
export function policyOf(args: Arguments): ApplyPolicy {
  return oneOf(args, 'policy', policies) ?? 'keep'
}

/** The options for a new version of what is in effect. */
export const versionOptions: Options = {
  reason: { value: 'text', help: 'why; stored with the version' },
  by: { value: 'name', help: 'who does it; stored with the version' },
  'accept-folded': {
    help: 'let milestones count in a new way although completions were folded: only what came after counts',
  },
  yes: { help: 'do not show the plan and ask first' },
}

/** Plans with a progress bar. @throws INTERRUPTED */
export async function planningWith(
  call: Call,
  plan: (options: Pick<PlanOptions, 'onProgress'>) => Promise<CatalogPlan>,
): Promise<CatalogPlan> {
  const progress = call.progress('user')
  try {
    return await plan({
      onProgress: ({ userCount, totalCount }) => {
        progress.show(userCount, totalCount)
        call.interrupt.check(() => 'Interrupted. Planning writes nothing.')
      },
    })
  } finally {
    progress.clear()
  }
}

/** Applies with a progress bar. @throws INTERRUPTED */
export async function applyingWith(
  call: Call,
  apply: (options: ApplyOptions) => Promise<ApplyReport>,
): Promise<ApplyReport> {
  const { reason, by } = call.args.texts
  const progress = call.progress('user')
  try {
    return await apply({
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
  return `Interrupted: the change is in effect, and ${far} are recalculated. Run the same command to continue.`
}

/** Answers what was applied. */
export function reportAnswer(report: ApplyReport): Answer {
  const { version, status, userCount, awardedCount, revokedCount } = report
  const lines = [
    `Version ${version} is in effect. ${counted(userCount, 'user')} recalculated, ${counted(awardedCount, 'badge')} awarded, ${figure(revokedCount)} revoked.`,
  ]
  return { data: report, lines: () => (status === 'unchanged' ? [`Version ${version} is already in effect.`] : lines) }
}
