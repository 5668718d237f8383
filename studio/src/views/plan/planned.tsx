import { type ReactNode, useState } from 'react'
import { Change } from '../../parts/change.js'
import { Choice } from '../../parts/field.js'
import { count, counted } from '../../words.js'
import { Outcome } from './long-call.js'
import { PlanResult } from './plan-result.js'
import type { Plan, Planning, Policy, Report } from './use-plan.js'

const policies: readonly (readonly [Policy, string])[] = [
  ['keep', 'Keep what users hold'],
  ['reprice', 'Keep badges, change their points'],
  ['recompute', 'Recompute everything'],
]

type ControlsProps = {
  readonly of: Planning
  readonly policy: Policy
  readonly onPolicy: (policy: Policy) => void
  readonly isEmpty: boolean
}

/** Takes the policy of a change, and plans it. */
export function PlanControls({ of: { planning, plan }, policy, onPolicy, isEmpty }: ControlsProps) {
  return (
    <>
      <Choice label="Policy" value={policy} options={policies} onChange={onPolicy} />
      <button type="button" className="button button-main" disabled={isEmpty || planning.isBusy} onClick={plan}>
        {planning.isBusy ? 'Planning…' : 'Plan'}
      </button>
    </>
  )
}

type PlannedProps = {
  readonly of: Planning
  /** The heading of the dialog that asks for a reason. */
  readonly title: string
  /** What is so once it is applied: "this catalog applies to every user". */
  readonly what: string
  /** What else follows. */
  readonly children?: ReactNode
}

/** Shows what a planned change would do, applies it for a reason, and shows the progress. */
export function Planned({ of: { planning, applying, hasChanged, apply }, title, what, children }: PlannedProps) {
  const [isAsking, setIsAsking] = useState(false)
  const ask = (
    <button
      type="button"
      className="button button-main"
      disabled={hasChanged || applying.isBusy || applying.result !== null}
      title={hasChanged ? 'This has changed since. Plan again.' : undefined}
      onClick={() => setIsAsking(true)}
    >
      Apply…
    </button>
  )
  return (
    <>
      <Outcome call={planning} what="Compared">
        {plan => <PlanResult plan={plan} action={ask} />}
      </Outcome>
      <Outcome call={applying} what="Counted">
        {report => <Applied report={report} />}
      </Outcome>
      {planning.result && (
        <Change
          title={title}
          confirm="Apply"
          isOpen={isAsking}
          onClose={() => setIsAsking(false)}
          // The dialog closes at once; the page shows the progress.
          run={async reason => apply(reason)}
        >
          <Follows plan={planning.result} what={what} />
          {children}
        </Change>
      )}
    </>
  )
}

function Follows({ plan: { affectedCount, userCount, policy, badges }, what }: { plan: Plan; what: string }) {
  const sum = (side: 'gained' | 'lost'): number => badges.reduce((total, badge) => total + badge[side].userCount, 0)
  return (
    <p>
      From now on, {what}. {count(affectedCount)} of {counted(userCount, 'user')} change:{' '}
      {counted(sum('gained'), 'badge')} gained and {counted(sum('lost'), 'badge')} lost, by policy “{policy}”. Nobody is
      notified. If it is interrupted, apply again: it continues where it stopped.
    </p>
  )
}

function Applied({ report: { status, version, userCount, awardedCount, revokedCount } }: { report: Report }) {
  return (
    <p role="status" className="rounded-lg bg-accent-soft p-4">
      {status === 'unchanged'
        ? `Version ${version} is already in effect. Nothing changed.`
        : `Version ${version} is in effect. ${counted(userCount, 'user')} recalculated, ${counted(awardedCount, 'badge')} awarded, ${counted(revokedCount, 'badge')} revoked.`}
    </p>
  )
}
