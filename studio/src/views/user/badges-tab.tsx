import { Link } from '@tanstack/react-router'
import { Award } from 'lucide-react'
import type { Answered } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Empty, Skeleton } from '../../parts/states.js'
import { RarityWord, Stone } from '../../parts/stone.js'
import { Table } from '../../parts/table.js'
import { count } from '../../words.js'
import type { ManualAction } from './manual-action.js'

type Badge = Answered<'getUserProgress'>['earnedBadges'][number]

const expiry = {
  name: 'Expires',
  isNumber: true,
  cell: ({ expiresAt }: Badge) => (expiresAt === null ? '–' : <Moment at={expiresAt} />),
}

/** The badges that a user holds. */
export function BadgesTab({
  progress,
  onAction,
}: {
  progress: Answered<'getUserProgress'> | undefined
  onAction: (action: ManualAction) => void
}) {
  if (!progress) return <Skeleton />
  return (
    <Section title="Badges held" isPadded={false}>
      {progress.earnedBadges.length === 0 ? (
        <Empty icon={Award} title="No badges yet">
          See under “Why, why not” how far this user is.
        </Empty>
      ) : (
        <Table
          label="Badges"
          rows={[...progress.earnedBadges].reverse()}
          keyOf={({ id }) => id}
          columns={[
            {
              name: 'Badge',
              className: 'w-full sm:w-2/5',
              cell: ({ id, name, icon, rarity }) => (
                <span className="flex min-w-0 items-center gap-2.5">
                  <Stone icon={icon} rarity={rarity} />
                  <Link to="." search={{ tab: 'why', milestone: id }} className="link truncate">
                    {name}
                  </Link>
                </span>
              ),
            },
            { name: 'Rarity', className: 'hidden sm:table-cell', cell: ({ rarity }) => <RarityWord rarity={rarity} /> },
            { name: 'Points', isNumber: true, className: 'hidden sm:table-cell', cell: ({ points }) => count(points) },
            {
              name: 'Earned',
              className: 'hidden sm:table-cell',
              isNumber: true,
              cell: ({ earnedAt }) => <Moment at={earnedAt} />,
            },
            ...(progress.earnedBadges.some(({ expiresAt }) => expiresAt !== null) ? [expiry] : []),
            {
              name: 'Manual changes',
              isNumber: true,
              cell: ({ id, name }) => (
                <button
                  type="button"
                  className="button button-plain h-7 px-2"
                  onClick={() => onAction({ action: 'revoke', badgeId: id })}
                >
                  Revoke<span className="sr-only"> {name}</span>
                </button>
              ),
            },
          ]}
        />
      )}
    </Section>
  )
}
