import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { RotateCw, Send } from 'lucide-react'
import { useState } from 'react'
import { type Answered, at, call } from '../api.js'
import { Dialog } from '../parts/dialog.js'
import { Choice } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Section } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { Empty, Loaded } from '../parts/states.js'
import type { Column } from '../parts/table.js'
import { duration } from '../words.js'

type Delivery = Answered<'listDeliveries'>['deliveries'][number]

const states = { pending: 'text-warn', delivered: 'text-accent', dead: 'text-danger' } as const

/** What was sent to a webhook, the latest first. */
export function Deliveries({ id, onRetry }: { id: string; onRetry: (id: string) => void }) {
  const { q: status } = useSearch({ strict: false })
  const [shown, setShown] = useState<Delivery | null>(null)
  const known = status !== undefined && status in states ? status : undefined
  const pages = usePages<Answered<'listDeliveries'>>(
    `GET ${at`/v1/webhooks/${id}/deliveries`}`,
    { status: known },
    5_000,
  )
  return (
    <Section title="Deliveries, latest first" isPadded={false} actions={<StateChoice state={known} />}>
      <PagedTable
        label="Deliveries"
        pages={pages}
        rowsOf={page => page.deliveries}
        keyOf={delivery => delivery.id}
        empty={
          <Empty icon={Send} title="No deliveries yet">
            Each new award creates a delivery.
          </Empty>
        }
        columns={columnsOf(setShown, onRetry)}
      />
      <Dialog title="Attempts" isOpen={shown !== null} onClose={() => setShown(null)}>
        {shown && <Attempts delivery={shown} />}
      </Dialog>
    </Section>
  )
}

function StateChoice({ state }: { state: string | undefined }) {
  const navigate = useNavigate()
  return (
    <Choice
      label="Show"
      value={state ?? ''}
      options={[
        ['', 'All'],
        ['pending', 'Pending'],
        ['delivered', 'Delivered'],
        ['dead', 'Failed'],
      ]}
      onChange={next => void navigate({ to: '.', search: next === '' ? {} : { q: next } })}
    />
  )
}

function columnsOf(onShow: (delivery: Delivery) => void, onRetry: (id: string) => void): readonly Column<Delivery>[] {
  return [
    {
      name: 'Message',
      className: 'w-full',
      cell: delivery => (
        <button type="button" className="link" onClick={() => onShow(delivery)}>
          {delivery.type} <code className="font-mono text-xs font-normal text-n8">{delivery.messageId}</code>
        </button>
      ),
    },
    {
      name: 'State',
      isNumber: true,
      cell: ({ status }) => <span className={`tag ${states[status]}`}>{status === 'dead' ? 'failed' : status}</span>,
    },
    {
      name: 'Attempts',
      className: 'hidden sm:table-cell',
      isNumber: true,
      cell: ({ attemptCount }) => attemptCount,
    },
    {
      name: 'Made',
      className: 'hidden sm:table-cell',
      isNumber: true,
      cell: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      name: 'Again',
      isNumber: true,
      cell: delivery => (
        <button type="button" className="button button-plain h-7 px-2" onClick={() => onRetry(delivery.id)}>
          <RotateCw aria-hidden className="size-4 sm:hidden" />
          <span className="sr-only sm:not-sr-only">Send again</span>
          <span className="sr-only">{delivery.messageId}</span>
        </button>
      ),
    },
  ]
}

function Attempts({ delivery }: { delivery: Delivery }) {
  const attempts = useQuery({
    queryKey: ['attempts', delivery.id],
    queryFn: ({ signal }) =>
      call<'listAttempts'>(`GET ${at`/v1/webhooks/deliveries/${delivery.id}/attempts`}`, { signal }),
    refetchInterval: 5_000,
  })
  return (
    <Loaded of={attempts}>
      {data => (
        <ol className="flex flex-col divide-y divide-n4">
          {data.attempts.length === 0 && <li className="text-n8">None yet.</li>}
          {data.attempts.map(({ at: tried, status, error, durationMs }) => (
            <li key={tried} className="flex flex-wrap gap-3 py-2">
              <Moment at={tried} />
              <span className="font-medium">{status ?? 'no answer'}</span>
              <span className="text-n8">{duration(durationMs)}</span>
              {error && <span className="text-danger">{error}</span>}
            </li>
          ))}
          {delivery.nextAttemptAt && (
            <li className="py-2 text-n8">
              Next attempt <Moment at={delivery.nextAttemptAt} />.
            </li>
          )}
        </ol>
      )}
    </Loaded>
  )
}
