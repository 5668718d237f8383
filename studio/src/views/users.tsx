import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Search, Users as UsersIcon } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Answered } from '../api.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Empty } from '../parts/states.js'
import type { Column } from '../parts/table.js'
import { count } from '../words.js'

type User = Answered<'searchUsers'>['users'][number]

const columns: readonly Column<User>[] = [
  {
    name: 'User',
    className: 'w-full',
    cell: ({ userId, mergedInto }) => (
      <>
        <Link to="/users/$userId" params={{ userId }} className="link">
          {userId}
        </Link>
        {mergedInto !== null && <span className="text-n8"> now {mergedInto}</span>}
      </>
    ),
  },
  { name: 'Points', isNumber: true, cell: ({ points }) => count(points) },
  { name: 'Badges', className: 'max-sm:pr-4', isNumber: true, cell: ({ badgeCount }) => count(badgeCount) },
  {
    name: 'Last gain',
    className: 'hidden sm:table-cell',
    isNumber: true,
    cell: ({ reachedAt }) => <Moment at={reachedAt} />,
  },
  {
    name: 'Takes part',
    className: 'hidden w-28 md:table-cell',
    cell: ({ visibility }) =>
      visibility === 'on' ? <span className="text-n8">on</span> : <span className="tag">{visibility}</span>,
  },
]

/** Finds users by any part of their id or of an attribute. */
export function Users() {
  const { q = '' } = useSearch({ strict: false })
  const [typed, setTyped] = useTyped(q)
  const pages = usePages<Answered<'searchUsers'>>('GET /v1/studio/users', { search: q === '' ? undefined : q })
  return (
    <Page title="Users" lead="Listed by id: users who recorded something or have a badge.">
      <Panel>
        <div className="relative border-b border-n5 p-2">
          <Search aria-hidden className="absolute top-4 left-4.5 size-4 text-n8" />
          <input
            id="user-search"
            type="search"
            aria-label="Any part of an id or attribute"
            placeholder="Any part of an id or attribute…"
            autoComplete="off"
            spellCheck={false}
            className="input border-transparent bg-transparent pl-8"
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
        </div>
        <PagedTable
          label="Users"
          columns={columns}
          pages={pages}
          rowsOf={page => page.users}
          keyOf={({ userId }) => userId}
          empty={
            <Empty icon={UsersIcon} title={q === '' ? 'No user yet' : 'No user has this in the id or an attribute'}>
              {q === ''
                ? 'Users appear with their first completion.'
                : 'Names are found if your app stores them as attributes.'}
            </Empty>
          }
        />
      </Panel>
    </Page>
  )
}

const pauseMs = 200

// What is typed goes into the address after a pause; what the address says otherwise goes into the field.
function useTyped(q: string): readonly [typed: string, type: (text: string) => void] {
  const navigate = useNavigate()
  const [typed, setTyped] = useState(q)
  const sent = useRef<string[]>([])
  useEffect(() => {
    const place = sent.current.indexOf(q)
    sent.current = place < 0 ? [] : sent.current.slice(place + 1)
    if (place < 0) setTyped(q)
  }, [q])
  useEffect(() => {
    if (typed === q) return
    const timer = setTimeout(() => {
      sent.current.push(typed)
      void navigate({ to: '.', search: typed === '' ? {} : { q: typed }, replace: true })
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [typed, q, navigate])
  return [typed, setTyped]
}
