import { useQuery } from '@tanstack/react-query'
import { type Answered, at, call, type GivenBody, type Refused } from '../../api.js'
import { rehearsalKey } from '../../parts/pages.js'
import { Failure, Skeleton } from '../../parts/states.js'
import { Stone } from '../../parts/stone.js'
import { count, counted } from '../../words.js'

/** Shows exactly what a manual change would do: the server makes it and rolls it back. */
export function WhatFollows({ userId, of }: { userId: string; of: GivenBody<'rehearse'> }) {
  const rehearsal = useQuery<Answered<'rehearse'>, Refused>({
    queryKey: [rehearsalKey, userId, of],
    queryFn: () => call<'rehearse'>(`POST ${at`/v1/studio/users/${userId}/rehearse`}`, { body: of }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (rehearsal.error) return <Failure error={rehearsal.error} />
  if (!rehearsal.data) return <Skeleton lines={2} />
  return <Following data={rehearsal.data} />
}

const unchanged: Readonly<Record<string, string>> = {
  'not-held': 'The user does not have this badge. Nothing would change.',
  'not-found': 'It no longer exists. Nothing would change.',
  'already-paused': 'These days are already paused. Nothing would change.',
  'already-erased': 'This user was already erased. Nothing would change.',
}

function Following({ data }: { data: Answered<'rehearse'> }) {
  const { status, awarded, revoked, rowCount, before, after } = data
  if (unchanged[status]) return <p className="rounded-lg bg-n3 p-3">{unchanged[status]}</p>
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-n5 p-3">
      <p className="label">What follows</p>
      {status === 'held' && (
        <p>The user already has this badge. It becomes permanent: only a manual revocation removes it, not an undo.</p>
      )}
      {rowCount !== null && (
        <p>
          {counted(rowCount, 'row')} of this user would be deleted permanently, and later writes for this id refused.
          This cannot be undone.
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
