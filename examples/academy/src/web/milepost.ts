import { createClient } from 'milepost/client'
import type { catalog } from '../catalog.js'
import { api } from './api.js'

let known: Promise<string> | null = null

/** Milepost's API, as the learner who is signed in. */
export const milepost = createClient<typeof catalog>({
  baseUrl: '',
  token: ({ isRefused }) => {
    if (isRefused || !known) known = api.token()
    // A failure is not kept: the next call asks again.
    known.catch(() => {
      known = null
    })
    return known
  },
})

/** Forgets whose token it was. */
export function forgetToken(): void {
  known = null
}
