import type { Answered } from '../../api.js'
import { Change } from '../../parts/change.js'
import { count, counted } from '../../words.js'
import type { Plan } from './plan-result.js'

type ApplyDialogProps = {
  readonly plan: Plan
  /** What the server does at its next start, once that is known. */
  readonly atStart: Answered<'getCatalog'>['atStart'] | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onApply: (reason: string) => void
}

/** Says what applying a planned catalog does, and asks for a reason. */
export function ApplyDialog({ plan, atStart, isOpen, onClose, onApply }: ApplyDialogProps) {
  return (
    <Change
      title="Apply this catalog"
      confirm="Apply"
      isOpen={isOpen}
      onClose={onClose}
      // The dialog closes at once; the page shows the progress.
      run={async reason => onApply(reason)}
    >
      <Follows plan={plan} />
      <NextStart atStart={atStart} />
    </Change>
  )
}

function Follows({ plan: { affectedCount, userCount, policy, badges } }: { plan: Plan }) {
  const sum = (side: 'gained' | 'lost'): number => badges.reduce((total, badge) => total + badge[side].userCount, 0)
  return (
    <p>
      From now on, this catalog applies to every user. {count(affectedCount)} of {counted(userCount, 'user')} change:{' '}
      {counted(sum('gained'), 'badge')} gained and {counted(sum('lost'), 'badge')} lost, by policy “{policy}”. Nobody is
      notified. If it is interrupted, apply again: it continues where it stopped.
    </p>
  )
}

/** What becomes of an applied catalog when the server starts again with its own. */
function NextStart({ atStart }: { atStart: Answered<'getCatalog'>['atStart'] | undefined }) {
  switch (atStart) {
    case 'keep':
      return (
        <p>
          It stays after a restart of this server. If the server has its own catalog file, change that file as well, so
          that both are the same.
        </p>
      )
    case 'replace':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server applies its own catalog whenever it starts. The next start replaces the catalog that you apply
          here. To prevent that, change the server’s own catalog as well.
        </p>
      )
    case 'refuse':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server works only with its own catalog. After the next start it refuses calls until its own catalog is
          the one that you apply here.
        </p>
      )
    default:
      return <p>It is not known yet what this server does with it at its next start.</p>
  }
}
