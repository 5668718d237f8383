import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { ApiError, api } from '../api.js'
import { changed } from '../load.js'
import { forgetToken } from '../milepost.js'
import { Failure } from './states.js'

/** Asks for a name and lets its learner in. */
export function SignIn(): ReactNode {
  const [name, setName] = useState('')
  const [error, setError] = useState<Error>()
  const [isBusy, setIsBusy] = useState(false)
  const field = useId()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setIsBusy(true)
    setError(undefined)
    try {
      await api.signIn(name)
      forgetToken()
      changed()
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new Error('That did not work. Try again.'))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <form className="sign-in" onSubmit={submit}>
      <label htmlFor={field}>Your name</label>
      <div className="sign-in-row">
        <input
          id={field}
          value={name}
          onChange={event => setName(event.target.value)}
          maxLength={80}
          required
          autoComplete="nickname"
        />
        <button type="submit" className="primary" disabled={isBusy}>
          Start learning
        </button>
      </div>
      <p className="faint">A name is all it takes. The same name finds your badges again.</p>
      {error && <Failure error={error} />}
    </form>
  )
}
