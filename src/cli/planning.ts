import type { CatalogPlan, PlanOptions } from '../service/catalog/plan.js'
import type { ApplyPolicy } from '../store/reports/catalog-versions.js'
import type { Arguments, Call, Options } from './command.js'
import { oneOf } from './options.js'
import type { CommandSession } from './session.js'

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

/** Plans with a progress bar. @throws INTERRUPTED */
export async function makePlan(
  call: Call,
  { service, catalog }: CommandSession,
  options: Pick<PlanOptions, 'policy' | 'exampleLimit'>,
): Promise<CatalogPlan> {
  const progress = call.progress('user')
  try {
    return await service.plan(catalog, {
      ...options,
      onProgress: ({ userCount, totalCount }) => {
        progress.show(userCount, totalCount)
        call.interrupt.check(() => 'Interrupted. Planning writes nothing.')
      },
    })
  } finally {
    progress.clear()
  }
}
