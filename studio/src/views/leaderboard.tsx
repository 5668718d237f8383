import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Trophy } from 'lucide-react'
import type { Answered } from '../api.js'
import { Choice } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Empty } from '../parts/states.js'
import type { Column } from '../parts/table.js'
import { count } from '../words.js'

/** Who has the most points, of all time or of a week or month. */
export function Leaderboard() {
  const { period, group } = useSearch({ strict: false })
  const known = period === 'week' || period === 'month' ? period : undefined
  const pages = usePages<Answered<'getLeaderboard'>>('GET /v1/leaderboard', { period: known, group })
  return (
    <Page
      title="Leaderboards"
      lead="Ranked by points, then by who reached them first. Users who opted out are not listed."
      actions={
        <>
          <Group key={group} group={group} />
          <PeriodChoice period={known} />
        </>
      }
    >
      <Panel>
        <PagedTable
          label="Leaderboard"
          pages={pages}
          rowsOf={page => page.entries}
          keyOf={({ userId }) => userId}
          empty={
            <Empty icon={Trophy} title="No points here yet">
              Users appear here with their first point in this period and group.
            </Empty>
          }
          columns={columns}
        />
      </Panel>
    </Page>
  )
}

// Attribute and value, taken with Enter or when the field is left.
function Group({ group = '' }: { group: string | undefined }) {
  const navigate = useNavigate()
  const take = (typed: string): void => {
    if (typed !== group)
      void navigate({ to: '.', search: previous => ({ ...previous, group: typed === '' ? undefined : typed }) })
  }
  return (
    <input
      type="search"
      aria-label="Only users with this attribute"
      placeholder="Group, such as team:red"
      autoComplete="off"
      spellCheck={false}
      className="input w-56"
      defaultValue={group}
      onBlur={event => take(event.currentTarget.value.trim())}
      onKeyDown={event => event.key === 'Enter' && take(event.currentTarget.value.trim())}
    />
  )
}

function PeriodChoice({ period }: { period: 'week' | 'month' | undefined }) {
  const navigate = useNavigate()
  return (
    <Choice
      label="Period"
      value={period ?? ''}
      options={[
        ['', 'All time'],
        ['month', 'This month'],
        ['week', 'This week'],
      ]}
      onChange={next =>
        void navigate({ to: '.', search: previous => ({ ...previous, period: next === '' ? undefined : next }) })
      }
    />
  )
}

type Entry = Answered<'getLeaderboard'>['entries'][number]

const columns: readonly Column<Entry>[] = [
  { name: 'Rank', isNumber: true, cell: ({ rank }) => count(rank) },
  {
    name: 'User',
    className: 'w-full',
    cell: ({ userId }) => (
      <Link to="/users/$userId" params={{ userId }} className="link">
        {userId}
      </Link>
    ),
  },
  { name: 'Level', className: 'hidden sm:table-cell', isNumber: true, cell: ({ level }) => level },
  {
    name: 'Badges',
    className: 'hidden sm:table-cell',
    isNumber: true,
    cell: ({ badgeCount }) => count(badgeCount),
  },
  { name: 'Points', className: 'max-md:pr-4', isNumber: true, cell: ({ points }) => count(points) },
  {
    name: 'Reached',
    className: 'hidden md:table-cell',
    isNumber: true,
    cell: ({ reachedAt }) => <Moment at={reachedAt} />,
  },
]
