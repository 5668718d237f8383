import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Trophy } from 'lucide-react'
import type { Answered } from '../api.js'
import { definitionOf, useBoards, useCatalog } from '../parts/catalog.js'
import { Choice } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Details } from '../parts/requirement.js'
import { Empty } from '../parts/states.js'
import type { Column } from '../parts/table.js'
import { count, exactly } from '../words.js'

/** Who has the most points, of all time or of a week or month, and the boards of the catalog. */
export function Leaderboard() {
  const { period, board, group } = useSearch({ strict: false })
  const known = (period === 'week' || period === 'month') && board === undefined ? period : undefined
  const pages = usePages<Answered<'getLeaderboard'>>('GET /v1/leaderboard', { period: known, board, group })
  return (
    <Page
      title="Leaderboards"
      lead={<Lead board={board} group={group} period={pages.data?.pages[0]?.period} />}
      actions={
        <>
          <Group key={group} group={group} />
          <BoardChoice period={known} board={board} />
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
            <Empty icon={Trophy} title={board === undefined ? 'No points here yet' : 'Nobody here yet'}>
              Users appear here with {board === undefined ? 'their first point' : 'what counts first'} in this period
              and group.
            </Empty>
          }
          columns={board === undefined ? columns : columnsOfBoard}
        />
      </Panel>
    </Page>
  )
}

type LeadProps = {
  board: string | undefined
  group: string | undefined
  period: Answered<'getLeaderboard'>['period']
}

function Lead({ board, group, period }: LeadProps) {
  const described = useBoards().data?.boards.find(({ id }) => id === board)
  const by = definitionOf(useCatalog().data).boards.find(({ id }) => id === board)?.by
  const text = board === undefined ? 'Most points' : described?.text
  return (
    <>
      {text && `${text}. `}
      On equal values, the user who got there first is ahead. Users who opted out are not listed.
      {group && ` Only users with ${group}, among themselves.`}
      {period && ` ${period.name ?? 'This period'}: from ${exactly(period.from)} until ${exactly(period.until)}.`}
      {typeof by === 'object' && <Details of={by} />}
    </>
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

// The id of a board may be anything, so its value begins with a word that periods do not have.
const prefix = 'board:'

function BoardChoice({ period, board }: { period: 'week' | 'month' | undefined; board: string | undefined }) {
  const navigate = useNavigate()
  const boards = useBoards().data?.boards ?? []
  const choose = (next: string) =>
    next.startsWith(prefix)
      ? { board: next.slice(prefix.length), period: undefined }
      : { board: undefined, period: next || undefined }
  return (
    <Choice
      label="Board"
      value={board === undefined ? (period ?? '') : prefix + board}
      options={[
        ['', 'All time'],
        ['month', 'This month'],
        ['week', 'This week'],
        ...boards.map(({ id, title }) => [prefix + id, title] as const),
      ]}
      onChange={next => void navigate({ to: '.', search: previous => ({ ...previous, ...choose(next) }) })}
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

const columnsOfBoard: readonly Column<Entry>[] = [
  ...columns.slice(0, 2),
  { name: 'Value', isNumber: true, cell: ({ value }) => value?.toLocaleString('en') },
  ...columns.slice(2),
]
