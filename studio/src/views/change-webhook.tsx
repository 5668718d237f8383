import { at, call } from '../api.js'
import { Change } from '../parts/change.js'

/** What may be done to a webhook with a reason. */
export type WebhookChange = keyof typeof changes

const changes = {
  'turn-off': {
    title: 'Turn this webhook off',
    confirm: 'Turn off',
    follows: 'Nothing is sent to this address until you turn it on again.',
  },
  'turn-on': {
    title: 'Turn this webhook on',
    confirm: 'Turn on',
    follows: 'Awards and revocations are sent to this address again.',
  },
  rotate: {
    title: 'Rotate the secret of this webhook',
    confirm: 'Rotate',
    follows:
      'The webhook gets a new secret, which is shown once. For 24 hours, messages are signed with the old secret as well, so that you can change the receiver.',
  },
  delete: {
    title: 'Delete this webhook',
    confirm: 'Delete permanently',
    follows: 'Pending messages and the secret are deleted. Messages that were not sent yet are never sent.',
  },
} as const

type ChangeWebhookProps = {
  readonly id: string
  readonly change: WebhookChange | null
  readonly onClose: () => void
  /** Receives the secret that the server shows once. */
  readonly onSecret: (secret: string) => void
  readonly onDeleted: () => Promise<void>
}

/** Asks for a reason, shows the effect, and changes the webhook as the button said, even if it has changed since. */
export function ChangeWebhook({ id, change, onClose, onSecret, onDeleted }: ChangeWebhookProps) {
  const { title, confirm, follows } = changes[change ?? 'turn-off']
  const run = async (reason: string): Promise<void> => {
    switch (change) {
      case 'turn-on':
      case 'turn-off': {
        const body = { isEnabled: change === 'turn-on', reason }
        await call<'changeWebhook'>(`PUT ${at`/v1/webhooks/${id}`}`, { body })
        return
      }
      case 'rotate': {
        const body = { overlapSeconds: 86_400, reason }
        const { secret } = await call<'rotateWebhookSecret'>(`POST ${at`/v1/webhooks/${id}/rotate`}`, { body })
        onSecret(secret)
        return
      }
      case 'delete':
        await call<'deleteWebhook'>(`DELETE ${at`/v1/webhooks/${id}`}`, { query: { reason } })
        await onDeleted()
    }
  }
  return (
    <Change
      title={title}
      confirm={confirm}
      isDangerous={change === 'rotate' || change === 'delete'}
      isOpen={change !== null}
      onClose={onClose}
      run={run}
    >
      <p>{follows}</p>
    </Change>
  )
}
