import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { RotateCw, Send } from 'lucide-react'
import { useState } from 'react'
import { type Answered, at, call } from '../api.js'
import { Dialog } from '../parts/dialog.js'
import { Choice, Secret } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Section } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { refreshPages, usePages } from '../parts/pages.js'
import { Empty, Failure, Loaded } from '../parts/states.js'
import { duration } from '../words.js'
import { ChangeWebhook, type WebhookChange } from './change-webhook.js'

type Delivery = Answered<'listDeliveries'>['deliveries'][number]

/** One webhook and what was sent to it. */
export function WebhookView() {
  const { webhookId = '' } = useParams({ strict: false })
  const navigate = useNavigate()
  const client = useQueryClient()
  const [change, setChange] = useState<WebhookChange | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const webhook = useQuery({
    queryKey: ['webhook', webhookId],
    queryFn: ({ signal }) => call<'getWebhook'>(`GET ${at`/v1/webhooks/${webhookId}`}`, { signal }),
  })
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => refreshPages(client),
  })
  const isEnabled = webhook.data?.isEnabled ?? true
  return (
    <Page
      title={webhook.data?.url ?? webhookId}
      lead={webhook.data && !isEnabled && `Off: ${webhook.data.disabledBecause ?? 'turned off manually'}.`}
      actions={
        <>
          <button
            type="button"
            className="button"
            onClick={() => act.mutate(() => call<'testWebhook'>(`POST ${at`/v1/webhooks/${webhookId}/test`}`))}
          >
            Send a test
          </button>
          <button type="button" className="button" onClick={() => setChange(isEnabled ? 'turn-off' : 'turn-on')}>
            {isEnabled ? 'Turn off' : 'Turn on'}
          </button>
          <button type="button" className="button" onClick={() => setChange('rotate')}>
            Rotate secret
          </button>
          <button type="button" className="button" onClick={() => setChange('delete')}>
            Delete
          </button>
        </>
      }
    >
      {webhook.error && <Failure error={webhook.error} />}
      {act.error && <Failure error={act.error} />}
      <Deliveries
        id={webhookId}
        onRetry={id => act.mutate(() => call<'redeliver'>(`POST ${at`/v1/webhooks/deliveries/${id}/redeliver`}`))}
      />
      <ChangeWebhook
        id={webhookId}
        change={change}
        onClose={() => setChange(null)}
        onSecret={setSecret}
        onDeleted={() => navigate({ to: '/webhooks', search: {} })}
      />
      <Dialog title="The new secret that signs its messages" isOpen={secret !== null} onClose={() => setSecret(null)}>
        <Secret value={secret ?? ''} />
      </Dialog>
    </Page>
  )
}

const states = { pending: 'text-warn', delivered: 'text-accent', dead: 'text-danger' } as const

function Deliveries({ id, onRetry }: { id: string; onRetry: (id: string) => void }) {
  const { q: status } = useSearch({ strict: false })
  const navigate = useNavigate()
  const [shown, setShown] = useState<Delivery | null>(null)
  const known = status !== undefined && status in states ? status : undefined
  const pages = usePages<Answered<'listDeliveries'>>(
    `GET ${at`/v1/webhooks/${id}/deliveries`}`,
    { status: known },
    5_000,
  )
  return (
    <Section
      title="Deliveries, latest first"
      isPadded={false}
      actions={
        <Choice
          label="Show"
          value={known ?? ''}
          options={[
            ['', 'All'],
            ['pending', 'Pending'],
            ['delivered', 'Delivered'],
            ['dead', 'Given up'],
          ]}
          onChange={next => void navigate({ to: '.', search: next === '' ? {} : { q: next } })}
        />
      }
    >
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
        columns={[
          {
            name: 'Message',
            className: 'w-full',
            cell: delivery => (
              <button type="button" className="link" onClick={() => setShown(delivery)}>
                {delivery.type} <code className="font-mono text-xs font-normal text-n8">{delivery.messageId}</code>
              </button>
            ),
          },
          {
            name: 'State',
            isNumber: true,
            cell: ({ status: state }) => (
              <span className={`tag ${states[state]}`}>{state === 'dead' ? 'given up' : state}</span>
            ),
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
        ]}
      />
      <Dialog title="Attempts" isOpen={shown !== null} onClose={() => setShown(null)}>
        {shown && <Attempts delivery={shown} />}
      </Dialog>
    </Section>
  )
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
