import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { CircleCheck, CircleDashed } from 'lucide-react'
import { type Answered, at, call } from '../../api.js'
import { ExplainedTree, HasBars, NextStep } from '../../parts/explained.js'
import { useMeasuredMilestones } from '../../parts/measured.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import type { ManualAction } from './manual-action.js'
import { MilestoneStatuses } from './milestone-statuses.js'
import { isStillEarned, statusWords } from './status.js'

type Explanation = Answered<'explain'>
type Progress = Answered<'getUserProgress'> | undefined
type WhyProps = { userId: string; progress: Progress; onAction: (action: ManualAction) => void }

/** Why a user has a badge, or not yet. */
export function WhyTab({ userId, progress, onAction }: WhyProps) {
  const { milestone } = useSearch({ strict: false })
  return (
    <div className="flex flex-col gap-4">
      <Which milestone={milestone} />
      {milestone === undefined ? (
        <MilestoneStatuses progress={progress} />
      ) : (
        <Why userId={userId} milestone={milestone} onAction={onAction} />
      )}
    </div>
  )
}

function Which({ milestone = '' }: { milestone: string | undefined }) {
  const navigate = useNavigate()
  const measured = useMeasuredMilestones()
  const listed = measured.data?.milestones ?? []
  const isListed = listed.some(({ id }) => id === milestone)
  return (
    <select
      aria-label="Milestone"
      className="input w-full sm:w-80"
      value={milestone}
      onChange={event => void navigate({ to: '.', search: { tab: 'why', milestone: event.target.value } })}
    >
      <option value="">Choose a milestone…</option>
      {milestone !== '' && !isListed && <option value={milestone}>{milestone}</option>}
      {listed.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  )
}

function Why({ userId, milestone, onAction }: Omit<WhyProps, 'progress'> & { milestone: string }) {
  const explanation = useQuery({
    queryKey: ['why', userId, milestone],
    queryFn: ({ signal }) =>
      call<'explain'>(`GET ${at`/v1/users/${userId}/milestones/${milestone}/explanation`}`, {
        query: { includeHidden: 'true', limit: '25', locale: 'en' },
        signal,
      }),
  })
  return <Loaded of={explanation}>{data => <Explained data={data} onAction={onAction} />}</Loaded>
}

function Explained({ data, onAction }: Pick<WhyProps, 'onAction'> & { data: Explanation }) {
  const { milestone, status, isEarned, requirement, after, nextStep, manualDecision } = data
  const Icon = isEarned ? CircleCheck : CircleDashed
  const action = isEarned ? 'revoke' : 'award'
  const [word, meaning] = statusWords[status]
  return (
    <Section
      title={
        <span className="flex items-center gap-2">
          <Icon aria-hidden className={`size-4 ${isEarned ? 'text-accent' : 'text-n7'}`} />
          <span title={meaning}>
            {milestone.title}: {word.toLowerCase()}
          </span>
        </span>
      }
      actions={
        <button type="button" className="button" onClick={() => onAction({ action, badgeId: milestone.id })}>
          {isEarned ? 'Revoke' : 'Award manually'}
        </button>
      }
    >
      <div className="flex flex-col gap-4">
        <Decided data={data} />
        {manualDecision && (
          <p className="rounded-lg bg-warn-soft p-3 text-warn">
            {manualDecision.decision === 'awarded' ? 'Awarded' : 'Revoked'} manually by{' '}
            {manualDecision.by ?? 'an unnamed person'}, <Moment at={manualDecision.at} />: “{manualDecision.reason}”
          </p>
        )}
        <HasBars value={status === 'earned' || status === 'expired' || isStillEarned(status)}>
          <ExplainedTree node={requirement} />
          {after && <ExplainedTree node={after} />}
        </HasBars>
        {nextStep && <NextStep step={nextStep} />}
        <p className="text-xs text-n8">
          Counted by{' '}
          {data.catalogVersion === null ? 'the catalog of the app' : `version ${data.catalogVersion} of the catalog`},
          in {data.timeZone}, as of <Moment at={data.asOf} />.
        </p>
      </div>
    </Section>
  )
}

function Decided({
  data: { status, isEarned, earnedAt, expiresAt, decidedBy, holds, firstHeldAt, manualDecision },
}: {
  data: Explanation
}) {
  if (!isEarned) {
    if (holds && manualDecision?.decision === 'revoked')
      return <p>The requirement is met, but the badge was revoked manually. It is not awarded again.</p>
    if (holds)
      return <p>The requirement is met, but the badge is not stored yet. It arrives with the next completion.</p>
    return <p>The requirement is not met{firstHeldAt ? ' any more' : ' yet'}.</p>
  }
  const completion = decidedBy?.type === 'requirement' ? decidedBy.completion : null
  return (
    <p>
      Earned <Moment at={earnedAt} />
      {decidedBy?.type === 'manual' && ', manually'}
      {decidedBy?.type === 'row' && ', by a row that was stored as it is'}
      {completion && (
        <>
          , decided by <span className="text-n8">{completion.category}</span> {completion.itemKey} on {completion.day}
        </>
      )}
      .
      {expiresAt && (
        <>
          {status === 'expired' ? ' Expired' : ' Expires'} <Moment at={expiresAt} />.
        </>
      )}
    </p>
  )
}
