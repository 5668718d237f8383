import { type FormEvent, useEffect, useState } from 'react'
import { call, Refused } from '../api.js'
import { Field } from '../parts/field.js'
import { Failure } from '../parts/states.js'
import { keepKey } from '../session.js'

/** Asks for an admin key, tries it, and keeps it for this tab. */
export function SignIn({ onSignIn }: { onSignIn: () => void }) {
  const [key, setKey] = useState('')
  const [error, setError] = useState<Error | null>(null)
  const [isTrying, setIsTrying] = useState(false)
  useEffect(() => {
    document.title = 'Sign in · Milepost Studio'
  }, [])
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setIsTrying(true)
    setError(null)
    try {
      await call<'listKeys'>('GET /v1/keys', { key: key.trim(), query: { limit: '1' } })
      onSignIn()
      keepKey(key.trim())
    } catch (fault) {
      setError(inWords(fault))
    } finally {
      setIsTrying(false)
    }
  }
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <form onSubmit={submit} className="panel flex w-full max-w-sm flex-col gap-4 p-6 shadow-low">
        <div>
          <img src="./stone.svg" alt="" className="mb-3 size-8" />
          <h1 className="text-lg font-semibold">Milepost Studio</h1>
          <p className="text-n8">Sign in with an admin key of this server. It is kept in this tab only.</p>
        </div>
        <Field label="Admin key">
          {id => (
            <input
              id={id}
              type="password"
              required
              autoComplete="off"
              spellCheck={false}
              placeholder="mp_live_…"
              className="input font-mono"
              value={key}
              onChange={event => setKey(event.target.value)}
            />
          )}
        </Field>
        {error && <Failure error={error} />}
        <button type="submit" className="button button-main" disabled={key.trim() === '' || isTrying}>
          {isTrying ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="text-xs text-n8">
          No key? <code className="font-mono">milepost keys create studio --scopes admin</code> makes one.
        </p>
      </form>
    </main>
  )
}

function inWords(fault: unknown): Error {
  if (!(fault instanceof Refused)) return new Error('The server does not answer. Is it running?')
  if (fault.status === 401) return new Error('This key is not valid here. It may have been revoked.')
  if (fault.status === 403) return new Error('This key has no admin rights. Create one with --scopes admin.')
  return fault
}
