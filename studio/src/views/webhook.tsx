import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { at, call } from '../api.js'
import { Dialog } from '../parts/dialog.js'
import { Secret } from '../parts/field.js'
import { Page } from '../parts/page.js'
import { refreshPages } from '../parts/pages.js'
import { Failure } from '../parts/states.js'
import { ChangeWebhook, type WebhookChange } from './change-webhook.js'
import { Deliveries } from './deliveries.js'

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
