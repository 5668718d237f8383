import { useQuery } from '@tanstack/react-query'
import { CalendarOff } from 'lucide-react'
import { type Answered, call } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import { rangeOf } from '../../words.js'
import type { ManualAction } from './manual-action.js'

type Pause = Answered<'pauseStreaks'>

type PausesProps = {
  readonly userId: string
  /** The user's local day. */
  readonly today: string
  readonly onAction: (action: ManualAction) => void
}

/** The pauses of a user and those for all users, latest first. The user's own can be added and deleted. */
export function Pauses({ userId, today, onAction }: PausesProps) {
  const pauses = useQuery({
    queryKey: ['pauses', userId],
    queryFn: async ({ signal }) => {
      const read = (query: { userId?: string }) => call<'getStreakPauses'>('GET /v1/pauses', { query, signal })
      const [own, common] = await Promise.all([read({ userId }), read({})])
      return [...own.pauses, ...common.pauses].sort((a, b) => (a.from < b.from ? 1 : -1))
    },
  })
  return (
    <Section
      title="Streak pauses"
      actions={
        <button
          type="button"
          className="button"
          onClick={() => onAction({ action: 'pause', firstDay: today, lastDay: today })}
        >
          <CalendarOff aria-hidden className="size-4" />
          Pause days
        </button>
      }
    >
      <Loaded of={pauses}>
        {listed =>
          listed.length === 0 ? (
            <p className="text-n8">None. Paused days do not break a streak and do not add to it.</p>
          ) : (
            <ul aria-label="Pauses" className="-my-2 flex flex-col divide-y divide-n4">
              {listed.map(pause => (
                <PauseRow key={pause.id} of={pause} onAction={onAction} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}

function PauseRow({ of, onAction }: { of: Pause; onAction: PausesProps['onAction'] }) {
  const { id, userId, reason, by, recordedAt } = of
  const range = rangeOf(of)
  return (
    <li className="flex items-start justify-between gap-3 py-2">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{range}</span>
          {userId === null && (
            <span className="tag" title="Can be deleted only with the API or the command, for all users at once">
              all users
            </span>
          )}
        </p>
        <p>{reason}</p>
        <p className="text-xs text-n8">
          Id <code className="font-mono">{id}</code>, entered <Moment at={recordedAt} />
          {by && ` by ${by}`}
        </p>
      </div>
      {userId !== null && (
        <button
          type="button"
          className="button button-plain h-7 shrink-0 px-2"
          onClick={() => onAction({ action: 'unpause', id, range })}
        >
          Delete<span className="sr-only"> the pause of {range}</span>
        </button>
      )}
    </li>
  )
}
