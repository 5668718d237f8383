type Call = (request: Request) => Promise<Response>

/** Makes the keys by which a team opens Studio. */
export type AdminKeys = {
  /** Lets Milepost's server know the requests that come from here, and no others. */
  readonly authorize: (request: Request) => { readonly name: string; readonly scopes: readonly ['admin'] } | null
  /** Makes a key where there is none yet, or `isAnew` asks for another. Null where there is one: its secret is stored nowhere. */
  readonly provide: (call: Call, isAnew: boolean) => Promise<string | null>
}

/** Makes what asks Milepost for keys in this very process: a request that came over the network is never one of these. */
export function createAdminKeys(): AdminKeys {
  const own = new WeakSet<Request>()
  const ask = async (call: Call, path: string, init: RequestInit = {}): Promise<unknown> => {
    const request = new Request(`http://academy.internal${path}`, init)
    own.add(request)
    const answer = await call(request)
    if (!answer.ok) throw new TypeError(`Milepost answers ${answer.status} to ${path}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    authorize: request => (own.has(request) ? { name: 'academy', scopes: ['admin'] } : null),
    provide: async (call, isAnew) => {
      const { keys } = (await ask(call, '/v1/keys?limit=1')) as { keys: readonly unknown[] }
      if (keys.length > 0 && !isAnew) return null
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name: 'Studio', scopes: ['admin'] })
      return ((await ask(call, '/v1/keys', { method: 'POST', headers, body })) as { secret: string }).secret
    },
  }
}
