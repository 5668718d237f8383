import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, Webhook } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Answered, call } from '../api.js'
import { Dialog } from '../parts/dialog.js'
import { Field, Secret } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { refreshPages, usePages } from '../parts/pages.js'
import { Empty, Failure } from '../parts/states.js'
import type { Column } from '../parts/table.js'

/** Where awards and revocations are sent. */
export function Webhooks() {
  const [isMaking, setIsMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const pages = usePages<Answered<'listWebhooks'>>('GET /v1/webhooks')
  return (
    <Page
      title="Webhooks"
      lead="Awards and revocations are sent to these URLs, signed, at least once."
      actions={
        <button type="button" className="button button-main" onClick={() => setIsMaking(true)}>
          <Plus aria-hidden className="size-4" />
          New webhook
        </button>
      }
    >
      <Panel>
        <PagedTable
          label="Webhooks"
          pages={pages}
          rowsOf={page => page.webhooks}
          keyOf={({ id }) => id}
          empty={
            <Empty icon={Webhook} title="No webhook yet">
              Add a URL of yours that receives every award.
            </Empty>
          }
          columns={columns}
        />
      </Panel>
      <Create isOpen={isMaking} onClose={() => setIsMaking(false)} onMade={setSecret} />
      <Dialog title="The secret that signs its messages" isOpen={secret !== null} onClose={() => setSecret(null)}>
        <Secret value={secret ?? ''} />
      </Dialog>
    </Page>
  )
}

type ListedWebhook = Answered<'listWebhooks'>['webhooks'][number]

const columns: readonly Column<ListedWebhook>[] = [
  {
    name: 'Address',
    className: 'w-full sm:w-1/2',
    cell: ({ id, url }) => (
      <Link to="/webhooks/$webhookId" params={{ webhookId: id }} className="link">
        {url}
      </Link>
    ),
  },
  {
    name: 'Events',
    className: 'hidden md:table-cell',
    cell: ({ types }) => <span className="text-n8">{types.join(', ')}</span>,
  },
  {
    name: 'State',
    className: 'max-sm:pr-4',
    cell: ({ isEnabled, disabledBecause }) =>
      isEnabled ? (
        <span className="tag text-accent">On</span>
      ) : (
        <span className="tag text-danger" title={disabledBecause ?? ''}>
          Off
        </span>
      ),
    isNumber: true,
  },
  {
    name: 'Made',
    className: 'hidden sm:table-cell',
    isNumber: true,
    cell: ({ createdAt }) => <Moment at={createdAt} />,
  },
]

function Create({
  isOpen,
  onClose,
  onMade,
}: {
  isOpen: boolean
  onClose: () => void
  onMade: (secret: string) => void
}) {
  const client = useQueryClient()
  const [error, setError] = useState<Error | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const body = { url: String(given.get('url')), reason: String(given.get('reason')).trim() }
    try {
      const { secret } = await call<'createWebhook'>('POST /v1/webhooks', { body })
      setError(null)
      onClose()
      onMade(secret)
      await refreshPages(client)
    } catch (fault) {
      setError(fault as Error)
    }
  }
  return (
    <Dialog title="New webhook" isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Address" hint="https, and reachable from this server.">
          {id => (
            <input
              id={id}
              name="url"
              type="url"
              required
              maxLength={2048}
              placeholder="https://example.com/hooks"
              className="input"
            />
          )}
        </Field>
        <Field label="Reason" hint="Kept in the audit log.">
          {id => <textarea id={id} name="reason" required maxLength={1000} rows={2} className="input h-auto py-1.5" />}
        </Field>
        {error && <Failure error={error} />}
        <button type="submit" className="button button-main self-end">
          Create webhook
        </button>
      </form>
    </Dialog>
  )
}
