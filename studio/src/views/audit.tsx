import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import type { Answered } from '../api.js'
import { Moment } from '../parts/moment.js'
import { Page } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Empty } from '../parts/states.js'

type Entry = Answered<'listAudit'>['entries'][number]

/** What was done by hand, to everybody or to one user. */
export function Audit() {
  const { user } = useSearch({ strict: false })
  const navigate = useNavigate()
  return (
    <Page
      title="Audit"
      lead={
        user === undefined ? 'Everything that was done by hand, the latest first.' : `What was done by hand to ${user}.`
      }
      actions={
        user !== undefined && (
          <button type="button" className="button" onClick={() => void navigate({ to: '.', search: {} })}>
            Show everybody
          </button>
        )
      }
    >
      <AuditTable userId={user} />
    </Page>
  )
}

/** The audit log as a table. */
export function AuditTable({ userId }: { userId: string | undefined }) {
  const pages = usePages<Answered<'listAudit'>>('GET /v1/studio/audit', { userId })
  return (
    <div className="panel overflow-hidden">
      <PagedTable
        label="Audit log"
        pages={pages}
        rowsOf={page => page.entries}
        keyOf={({ id }) => String(id)}
        empty={
          <Empty icon={ScrollText} title="Nothing was done by hand">
            Awards, revocations, undos, erasures and changes of keys will stand here with their reasons.
          </Empty>
        }
        columns={[
          { name: 'Action', className: 'w-2/5 sm:w-36', cell: ({ action }) => <span className="tag">{action}</span> },
          ...(userId === undefined
            ? [{ name: 'User', className: 'hidden w-56 sm:table-cell', cell: (entry: Entry) => <Whom entry={entry} /> }]
            : []),
          {
            name: 'Reason',
            className: 'w-3/5 sm:w-auto',
            cell: ({ reason, details }) => <span title={`${reason}\n${JSON.stringify(details)}`}>{reason}</span>,
          },
          {
            name: 'By',
            className: 'hidden w-40 md:table-cell',
            cell: ({ doneBy }) => <span className="text-n8">{doneBy ?? '–'}</span>,
          },
          { name: 'When', isNumber: true, cell: ({ doneAt }) => <Moment at={doneAt} /> },
        ]}
      />
    </div>
  )
}

function Whom({ entry: { userId } }: { entry: Entry }) {
  if (userId === '') return <span className="text-n8">–</span>
  return (
    <Link to="/users/$userId" params={{ userId }} search={{ tab: 'audit' }} className="link">
      {userId}
    </Link>
  )
}
