import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { CircleDot, History } from 'lucide-react'
import { type Answered, at } from '../../api.js'
import { Choice } from '../../parts/field.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { PagedTable } from '../../parts/paged-table.js'
import { usePages } from '../../parts/pages.js'
import { Empty } from '../../parts/states.js'
import { Stone } from '../../parts/stone.js'
import type { ManualAction } from './manual-action.js'

type Entry = Answered<'listTimeline'>['entries'][number]

type ActionProps = { readonly onAction: (action: ManualAction) => void }

/** What a user completed and earned, the latest first. */
export function TimelineTab({ userId, onAction }: ActionProps & { readonly userId: string }) {
  const { q: kind } = useSearch({ strict: false })
  const pages = usePages<Answered<'listTimeline'>>(`GET ${at`/v1/studio/users/${userId}/timeline`}`, {
    kind: kind === 'badge' || kind === 'completion' ? kind : undefined,
  })
  return (
    <Section title="Completions and badges" isPadded={false} actions={<KindChoice kind={kind} />}>
      <PagedTable
        label="Timeline"
        pages={pages}
        rowsOf={page => page.entries}
        keyOf={({ category, itemKey }) => JSON.stringify([category, itemKey])}
        empty={
          <Empty icon={History} title="No data for this user">
            Completions and badges appear here, latest first.
          </Empty>
        }
        columns={[
          { name: 'What', className: 'w-full sm:w-1/2', cell: entry => <What entry={entry} /> },
          { name: 'Details', className: 'hidden lg:table-cell', cell: entry => <Details entry={entry} /> },
          {
            name: 'When',
            className: 'hidden sm:table-cell',
            isNumber: true,
            cell: ({ completedAt }) => <Moment at={completedAt} />,
          },
          {
            name: 'Manual changes',
            isNumber: true,
            cell: entry => <EntryAction of={entry} onAction={onAction} />,
          },
        ]}
      />
    </Section>
  )
}

function KindChoice({ kind }: { kind: string | undefined }) {
  const navigate = useNavigate()
  return (
    <Choice
      label="Show"
      value={kind ?? ''}
      options={[
        ['', 'All'],
        ['completion', 'Completions'],
        ['badge', 'Badges'],
      ]}
      onChange={next => void navigate({ to: '.', search: { tab: 'timeline', ...(next !== '' && { q: next }) } })}
    />
  )
}

function EntryAction({ of: { kind, category, itemKey }, onAction }: ActionProps & { readonly of: Entry }) {
  if (kind === 'completion')
    return (
      <button
        type="button"
        className="button button-plain h-7 px-2"
        onClick={() => onAction({ action: 'undo', category, itemKey })}
      >
        Undo
        <span className="sr-only">
          {' '}
          {category} {itemKey}
        </span>
      </button>
    )
  return (
    <button
      type="button"
      className="button button-plain h-7 px-2"
      onClick={() => onAction({ action: 'revoke', badgeId: itemKey })}
    >
      Revoke<span className="sr-only"> {itemKey}</span>
    </button>
  )
}

function What({ entry }: { entry: Entry }) {
  return (
    <span className="flex min-w-0 items-center justify-between gap-2">
      <Named entry={entry} />
      <span className="text-n8 sm:hidden">
        <Moment at={entry.completedAt} />
      </span>
    </span>
  )
}

function Named({ entry: { kind, category, itemKey, metadata } }: { entry: Entry }) {
  if (kind === 'badge') {
    return (
      <span className="flex min-w-0 items-center gap-2">
        <Stone icon={typeof metadata.badgeIcon === 'string' ? metadata.badgeIcon : null} size={20} />
        <Link to="." search={previous => ({ ...previous, tab: 'why', milestone: itemKey })} className="link truncate">
          {typeof metadata.badge === 'string' ? metadata.badge : itemKey}
        </Link>
      </span>
    )
  }
  return (
    <span className="flex min-w-0 items-center gap-2">
      <CircleDot aria-hidden className="mx-0.5 size-4 shrink-0 text-n7" strokeWidth={1.5} />
      <span className="truncate">
        <span className="text-n8">{category}</span> {itemKey}
      </span>
    </span>
  )
}

function Details({ entry: { kind, metadata } }: { entry: Entry }) {
  const text =
    kind === 'badge'
      ? `+${Number(metadata.points ?? 0)} points`
      : Object.keys(metadata).length > 0
        ? JSON.stringify(metadata)
        : ''
  return (
    <code title={text} className="font-mono text-xs text-n8">
      {text}
    </code>
  )
}
