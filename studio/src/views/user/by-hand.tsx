import { useQuery } from '@tanstack/react-query'
import { type Answered, at, call, type Refused } from '../../api.js'
import { Change } from '../../parts/change.js'
import { Field } from '../../parts/field.js'
import { useMeasuredMilestones } from '../../parts/measured.js'
import { Failure, Skeleton } from '../../parts/states.js'
import { Stone } from '../../parts/stone.js'
import { count, counted } from '../../words.js'

/** Something to be done to a user by hand. */
export type HandAction =
  | { readonly action: 'award'; readonly milestoneId: string }
  | { readonly action: 'revoke'; readonly milestoneId: string }
  | { readonly action: 'undo'; readonly category: string; readonly itemKey: string }
  | { readonly action: 'erase' }

type ByHandProps = {
  readonly userId: string
  readonly action: HandAction | null
  readonly onClose: () => void
  readonly onChange: (action: HandAction) => void
  readonly onErased: () => void
}

/** Asks for a reason, says exactly what follows, and does it. */
export function ByHand({ userId, action, onClose, onChange, onErased }: ByHandProps) {
  if (!action) return null
  const { title, confirm } = wordsOf(action, userId)
  return (
    <Change
      title={title}
      confirm={confirm}
      isOpen
      isDangerous={action.action !== 'award'}
      onClose={onClose}
      {...(action.action === 'erase' && { typed: userId })}
      run={async reason => {
        if (action.action === 'award' && action.milestoneId === '') throw new Error('Choose a milestone first.')
        await perform(userId, action, reason)
        if (action.action === 'erase') onErased()
      }}
    >
      {action.action === 'award' && (
        <Which value={action.milestoneId} onChange={milestoneId => onChange({ action: 'award', milestoneId })} />
      )}
      {(action.action !== 'award' || action.milestoneId !== '') && <WhatFollows userId={userId} action={action} />}
    </Change>
  )
}

function Which({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const measured = useMeasuredMilestones()
  return (
    <Field label="Milestone">
      {id => (
        <select id={id} className="input" value={value} onChange={event => onChange(event.target.value)}>
          <option value="">Choose…</option>
          {measured.data?.milestones.map(milestone => (
            <option key={milestone.id} value={milestone.id}>
              {milestone.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function WhatFollows({ userId, action }: { userId: string; action: HandAction }) {
  const rehearsal = useQuery<Answered<'rehearse'>, Refused>({
    queryKey: ['rehearsal', userId, action],
    queryFn: () => call<'rehearse'>(`POST ${at`/v1/studio/users/${userId}/rehearse`}`, { body: action }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (rehearsal.error) return <Failure error={rehearsal.error} />
  if (!rehearsal.data) return <Skeleton lines={2} />
  return <Following data={rehearsal.data} />
}

function Following({ data }: { data: Answered<'rehearse'> }) {
  const { status, awarded, revoked, rowCount, before, after } = data
  if (status === 'not-held') return <Note>The user does not hold this badge: nothing would change.</Note>
  if (status === 'not-found') return <Note>This completion is no longer there: nothing would change.</Note>
  if (status === 'already-erased') return <Note>This user was erased before: nothing would change.</Note>
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-n5 p-3">
      <p className="label">What follows</p>
      {status === 'held' && (
        <p>The badge is held already. It becomes safe: no undo takes it, only a revocation by hand.</p>
      )}
      {rowCount !== null && (
        <p>
          {counted(rowCount, 'row')} of this user would be deleted for good, and later writes for this id refused. This
          cannot be undone.
        </p>
      )}
      <Badges title="Given" badges={awarded} />
      <Badges title="Taken" badges={revoked} />
      <p>
        {count(before.points)} → {counted(after.points, 'point')}, level {before.level} → {after.level},{' '}
        {count(before.badgeCount)} → {counted(after.badgeCount, 'badge')}.
      </p>
    </div>
  )
}

function Note({ children }: { children: string }) {
  return <p className="rounded-lg bg-n3 p-3">{children}</p>
}

function Badges({ title, badges }: { title: string; badges: Answered<'rehearse'>['awarded'] }) {
  if (badges.length === 0) return null
  return (
    <p className="flex flex-wrap items-center gap-2">
      {title}:
      {badges.map(badge => (
        <span key={badge.id} className="inline-flex items-center gap-1.5">
          <Stone icon={badge.icon} rarity={badge.rarity} size={20} />
          {badge.name}
        </span>
      ))}
    </p>
  )
}

function wordsOf(action: HandAction, userId: string): { title: string; confirm: string } {
  switch (action.action) {
    case 'award':
      return { title: `Award a badge to ${userId}`, confirm: 'Award' }
    case 'revoke':
      return { title: `Revoke ${action.milestoneId} from ${userId}`, confirm: 'Revoke' }
    case 'undo':
      return { title: `Undo ${action.category} ${action.itemKey}`, confirm: 'Undo' }
    case 'erase':
      return { title: `Erase ${userId}`, confirm: 'Erase for good' }
  }
}

async function perform(userId: string, action: HandAction, reason: string): Promise<unknown> {
  switch (action.action) {
    case 'award':
      return call<'awardBadge'>(`POST ${at`/v1/users/${userId}/award`}`, {
        body: { milestoneId: action.milestoneId, reason },
      })
    case 'revoke':
      return call<'revokeBadge'>(`POST ${at`/v1/users/${userId}/revoke`}`, {
        body: { milestoneId: action.milestoneId, reason },
      })
    case 'undo':
      return call<'undoCompletion'>(
        `DELETE ${at`/v1/users/${userId}/completions/${action.category}/${action.itemKey}`}`,
        {
          body: { reason },
        },
      )
    case 'erase':
      return call<'eraseUser'>(`POST ${at`/v1/users/${userId}/erase`}`, { body: { reason } })
  }
}
