import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import type { Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { hasChanges, planLines } from '../plan-lines.js'
import { applyingWith, planningWith, policyOf, policyOptions, reportAnswer, versionOptions } from '../planning.js'
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
    ...versionOptions,
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
      const { service, catalog } = session
      return reportAnswer(await applyingWith(call, more => service.apply(catalog, { policy, ...more })))
    })
  },
}

async function isAgreed(call: Call, { service, catalog }: CommandSession, policy: ApplyPolicy): Promise<boolean> {
  const [latest] = await service.getCatalogVersions({ limit: 1 })
  const plan = await planningWith(call, more => service.plan(catalog, { policy, ...more }))
  call.show(screen => planLines(screen, plan))
  const isUnfinished = latest !== undefined && latest.appliedAt === null
  if (isUnfinished) call.note(`Version ${latest.version} is in effect, but recalculating users did not finish.`)
  if (policy === 'keep' && !hasChanges(plan) && !isUnfinished) return true
  return call.confirm('Apply this?')
}
