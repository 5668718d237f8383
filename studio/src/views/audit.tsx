import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import type { Answered } from '../api.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Empty } from '../parts/states.js'
import { rangeOf } from '../words.js'

type Entry = Answered<'listAudit'>['entries'][number]

/** The manual changes, of all users or of one. */
export function Audit() {
  const { user } = useSearch({ strict: false })
  const navigate = useNavigate()
  return (
    <Page
      title="Audit"
      lead={
        user === undefined
          ? 'Every manual change, latest first: who made it and why.'
          : `Manual changes to ${user}, the latest first.`
      }
      actions={
        user !== undefined && (
          <button type="button" className="button" onClick={() => void navigate({ to: '.', search: {} })}>
            Show all users
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
    <Panel>
      <PagedTable
        label="Audit log"
        pages={pages}
        rowsOf={page => page.entries}
        keyOf={({ id }) => String(id)}
        empty={
          <Empty icon={ScrollText} title="No manual changes yet">
            Awards, revocations, undos and erasures, applied catalogs, and changes to keys and webhooks will be listed
            here with their reasons.
          </Empty>
        }
        columns={[
          {
            name: 'Action',
            className: 'hidden w-36 sm:table-cell',
            cell: ({ action }) => <span className="tag">{actionWords[action] ?? action}</span>,
          },
          ...(userId === undefined
            ? [
                {
                  name: 'User',
                  className: 'hidden w-56 sm:table-cell',
                  cell: (entry: Entry) => <AffectedUsers entry={entry} />,
                },
              ]
            : []),
          {
            name: 'Reason',
            className: 'w-full max-sm:pl-4 sm:w-auto',
            cell: entry => <Why entry={entry} hasUser={userId === undefined} />,
          },
          {
            name: 'By',
            className: 'hidden w-40 md:table-cell',
            cell: ({ doneBy }) => <span className="text-n8">{doneBy ?? '–'}</span>,
          },
          { name: 'When', isNumber: true, cell: ({ doneAt }) => <Moment at={doneAt} /> },
        ]}
      />
    </Panel>
  )
}

const actionWords: Readonly<Record<string, string>> = {
  award: 'badge awarded',
  revoke: 'badge revoked',
  undo: 'completion undone',
  erase: 'user erased',
  'allow-return': 'return allowed',
  merge: 'merged',
  rename: 'renamed',
  'pause-streaks': 'streaks paused',
  'delete-streak-pause': 'pause deleted',
  'grant-streak-freeze': 'streak freeze granted',
  'adjust-points': 'points adjusted',
  refund: 'coins paid back',
  'create-key': 'key created',
  'rotate-key': 'key rotated',
  'delete-key': 'key revoked',
  apply: 'catalog applied',
  'set-items': 'list of items set',
  'create-webhook': 'webhook created',
  'change-webhook': 'webhook changed',
  'pause-webhook': 'webhook paused',
  'resume-webhook': 'webhook resumed',
  'rotate-webhook-secret': 'secret rotated',
  'delete-webhook': 'webhook deleted',
}

// Where there is little room, what was done and to whom stands below the reason.
function Why({ entry, hasUser }: { entry: Entry; hasUser: boolean }) {
  const { action, userId, reason, details } = entry
  const about = aboutOf(action, details)
  return (
    <span title={`${reason}\n${JSON.stringify(details)}`}>
      <span className="block truncate">
        {reason}
        {about && <span className="text-n8"> · {about}</span>}
      </span>
      <span className="block truncate text-xs text-n8 sm:hidden">
        {actionWords[action] ?? action}
        {hasUser && userId !== '' && ` · ${userId}`}
      </span>
    </span>
  )
}

function aboutOf(action: string, details: Entry['details']): string | null {
  if (action === 'set-items') return `${String(details.list)}, ${String(details.itemCount)} items`
  if (action === 'apply') return `version ${String(details.version)}, policy “${String(details.policy)}”`
  if (action.includes('webhook')) return String(details.url)
  if (action.endsWith('-key')) return String(details.name)
  const { from, until } = details
  return typeof from === 'string' && typeof until === 'string' ? rangeOf({ from, until }) : null
}

function AffectedUsers({ entry: { action, userId } }: { entry: Entry }) {
  if (userId === '') return <span className="text-n8">{action.includes('streak') ? 'all users' : '–'}</span>
  return (
    <Link to="/users/$userId" params={{ userId }} search={{ tab: 'audit' }} className="link">
      {userId}
    </Link>
  )
}
