import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answered, call } from '../../api.js'
import { Choice } from '../../parts/field.js'
import { Page } from '../../parts/page.js'
import { counted } from '../../words.js'
import { ApplyDialog } from './apply-dialog.js'
import { CatalogInput } from './catalog-input.js'
import { Outcome, useLongCall } from './long-call.js'
import { type Plan, PlanResult } from './plan-result.js'
import { Versions } from './versions.js'

type Report = Answered<'apply'>
type Policy = Plan['policy']

const policies: readonly (readonly [Policy, string])[] = [
  ['keep', 'Keep what users hold'],
  ['reprice', 'Keep badges, change their points'],
  ['recompute', 'Recompute everything'],
]

/** Previews what a changed catalog would do to real users, and applies it. */
export function PlanView() {
  const [text, setText] = useState('')
  const [policy, setPolicy] = useState<Policy>('keep')
  const { planning, applying, hasChanged, plan, apply } = usePlan(text, policy)
  const [isAsking, setIsAsking] = useState(false)
  const { data: current } = useQuery({
    queryKey: ['catalog'],
    queryFn: ({ signal }) => call<'getCatalog'>('GET /v1/catalog', { signal }),
  })
  const ask = (
    <button
      type="button"
      className="button button-main"
      disabled={hasChanged || applying.isBusy || applying.result !== null}
      title={hasChanged ? 'The catalog or the policy has changed since. Plan again.' : undefined}
      onClick={() => setIsAsking(true)}
    >
      Apply…
    </button>
  )
  return (
    <Page title="Plan and apply" lead="Preview a change before you apply it.">
      <CatalogInput text={text} onText={setText} current={current}>
        <Choice label="Policy" value={policy} options={policies} onChange={setPolicy} />
        <button
          type="button"
          className="button button-main"
          disabled={text.trim() === '' || planning.isBusy}
          onClick={plan}
        >
          {planning.isBusy ? 'Planning…' : 'Plan'}
        </button>
      </CatalogInput>
      <Outcome call={planning} what="Compared">
        {result => <PlanResult plan={result} action={ask} />}
      </Outcome>
      <Outcome call={applying} what="Counted">
        {report => <Applied report={report} />}
      </Outcome>
      {planning.result && (
        <ApplyDialog
          plan={planning.result}
          atStart={current?.atStart}
          isOpen={isAsking}
          onClose={() => setIsAsking(false)}
          onApply={apply}
        />
      )}
      <Versions />
    </Page>
  )
}

// Only what was planned can be applied: a change of the text or the policy asks for another plan.
function usePlan(text: string, policy: Policy) {
  const planning = useLongCall<Plan>()
  const applying = useLongCall<Report>()
  const [planned, setPlanned] = useState('')
  const wanted = `${policy} ${text}`
  const plan = (): void => {
    applying.clear()
    setPlanned(wanted)
    void planning.run('POST /v1/plan', () => ({ catalog: JSON.parse(text), policy, exampleLimit: 5 }))
  }
  const apply = (reason: string): void => {
    void applying.run('POST /v1/apply', () => ({ catalog: JSON.parse(text), policy, reason }))
  }
  return { planning, applying, hasChanged: wanted !== planned, plan, apply }
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
