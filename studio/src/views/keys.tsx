import { useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Answered, at, call } from '../api.js'
import { Change } from '../parts/change.js'
import { Dialog } from '../parts/dialog.js'
import { Field, Secret } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Panel } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { refreshPages, usePages } from '../parts/pages.js'
import { Empty, Failure } from '../parts/states.js'
import type { Column } from '../parts/table.js'

type Key = Answered<'listKeys'>['keys'][number]
type Doing = { readonly what: 'create' } | { readonly what: 'rotate' | 'delete'; readonly key: Key } | null

/** The server's keys. */
export function Keys() {
  const [doing, setDoing] = useState<Doing>(null)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Page
      title="Keys"
      lead="Servers use these keys to call the API. Only a hash of each secret is stored."
      actions={
        <button type="button" className="button button-main" onClick={() => setDoing({ what: 'create' })}>
          <Plus aria-hidden className="size-4" />
          New key
        </button>
      }
    >
      <KeyList onDo={setDoing} />
      <Create isOpen={doing?.what === 'create'} onClose={() => setDoing(null)} onMade={setSecret} />
      {doing && doing.what !== 'create' && (
        <Alter what={doing.what} of={doing.key} onClose={() => setDoing(null)} onMade={setSecret} />
      )}
      <Dialog title="The secret of this key" isOpen={secret !== null} onClose={() => setSecret(null)}>
        <Secret value={secret ?? ''} />
      </Dialog>
    </Page>
  )
}

const columns: readonly Column<Key>[] = [
  {
    name: 'Name',
    className: 'w-full sm:w-1/3',
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  {
    name: 'May',
    className: 'hidden sm:table-cell',
    cell: ({ scopes }) => <span className="text-n8">{scopes.join(', ')}</span>,
  },
  {
    name: 'Last used',
    className: 'hidden md:table-cell',
    isNumber: true,
    cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
  },
  {
    name: 'Ends',
    className: 'hidden lg:table-cell',
    isNumber: true,
    cell: ({ expiresAt }) => <Moment at={expiresAt} />,
  },
]

type KeyListProps = { readonly onDo: (doing: Doing) => void }

function KeyList({ onDo }: KeyListProps) {
  const pages = usePages<Answered<'listKeys'>>('GET /v1/keys')
  return (
    <Panel>
      <PagedTable
        label="Keys"
        pages={pages}
        rowsOf={page => page.keys}
        keyOf={({ id }) => id}
        empty={
          <Empty icon={KeyRound} title="No key">
            Create one for each server that calls the API.
          </Empty>
        }
        columns={[...columns, { name: 'Change', isNumber: true, cell: key => <KeyActions of={key} onDo={onDo} /> }]}
      />
    </Panel>
  )
}

function KeyActions({ of: key, onDo }: KeyListProps & { readonly of: Key }) {
  return (
    <>
      <button type="button" className="button button-plain h-7 px-2" onClick={() => onDo({ what: 'rotate', key })}>
        Rotate<span className="sr-only"> {key.name}</span>
      </button>
      <button type="button" className="button button-plain h-7 px-2" onClick={() => onDo({ what: 'delete', key })}>
        Revoke<span className="sr-only"> {key.name}</span>
      </button>
    </>
  )
}

type MadeProps = { onClose: () => void; onMade: (secret: string) => void }

function Alter({ what, of, onClose, onMade }: MadeProps & { what: 'rotate' | 'delete'; of: Key }) {
  const isRotation = what === 'rotate'
  return (
    <Change
      title={isRotation ? `Rotate ${of.name}` : `Revoke ${of.name}`}
      confirm={isRotation ? 'Rotate' : 'Revoke permanently'}
      isDangerous
      isOpen
      onClose={onClose}
      run={async reason => {
        if (!isRotation) return call<'deleteKey'>(`DELETE ${at`/v1/keys/${of.id}`}`, { query: { reason } })
        const { secret } = await call<'rotateKey'>(`POST ${at`/v1/keys/${of.id}/rotate`}`, {
          body: { overlapSeconds: 86_400, reason },
        })
        onMade(secret)
      }}
    >
      <p>
        {isRotation
          ? 'The key gets a new secret. The current one works for another 24 hours, so that you can update your servers.'
          : 'Calls with this key are refused immediately. This cannot be undone.'}
      </p>
    </Change>
  )
}

const scopes = [
  ['record', 'Record completions'],
  ['read', 'Read users and milestones'],
  ['award', 'Award and revoke manually'],
  ['admin', 'Everything, including Studio'],
] as const

function Create({ isOpen, onClose, onMade }: MadeProps & { isOpen: boolean }) {
  const client = useQueryClient()
  const [error, setError] = useState<Error | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const chosen = form.getAll('scope') as Key['scopes']
    if (chosen.length === 0) return setError(new Error('Choose at least one permission.'))
    try {
      const { secret } = await call<'createKey'>('POST /v1/keys', {
        body: { name: String(form.get('name')), scopes: chosen },
      })
      setError(null)
      onClose()
      onMade(secret)
      await refreshPages(client)
    } catch (fault) {
      setError(fault as Error)
    }
  }
  return (
    <Dialog title="New key" isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" hint="The server that uses it.">
          {id => <input id={id} name="name" required maxLength={100} autoComplete="off" className="input" />}
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="label mb-1">May</legend>
          {scopes.map(([scope, words]) => (
            <label key={scope} className="flex items-center gap-2">
              <input type="checkbox" name="scope" value={scope} className="size-4 accent-accent" />
              {words}
            </label>
          ))}
        </fieldset>
        {error && <Failure error={error} />}
        <button type="submit" className="button button-main self-end">
          Create key
        </button>
      </form>
    </Dialog>
  )
}
