import { around, freshBadge, leaders, milestones, newcomer, next, progress, statistics } from './sample.js'
import { explanation } from './sample-explanation.js'

/** How the server of a gallery answers. */
export type NetworkState = 'answers' | 'empty' | 'waits' | 'fails' | 'offline'

/** Makes a `fetch` that answers as a server in this state would. */
export function networkOf(state: NetworkState): typeof fetch {
  return async (input, init) => {
    const path = new URL(String(input), 'http://gallery').pathname.replace(/^.*\/v1/, '')
    if (state === 'waits' || path === '/stream') return new Promise((_, reject) => abortedBy(init?.signal, reject))
    if (state === 'offline') throw new TypeError('no network')
    if (state === 'fails') return Response.json({ code: 'DATABASE_FAILED', detail: 'down' }, { status: 500 })
    return Response.json(answerTo(path, String(input), state === 'empty'))
  }
}

function abortedBy(signal: AbortSignal | null | undefined, reject: (reason: unknown) => void): void {
  signal?.addEventListener('abort', () => reject(signal.reason))
}

function answerTo(path: string, address: string, isEmpty: boolean): unknown {
  const name = path.split('/').at(-1)
  switch (name) {
    case 'progress':
      return isEmpty ? newcomer : progress
    case 'milestones':
      return { milestones: isEmpty ? [] : milestones, next: null }
    case 'leaderboard':
      if (isEmpty) return { entries: [], next: null }
      return address.includes('around') ? { entries: around, next: null } : { entries: leaders, next: 'more' }
    case 'next':
      return { milestones: isEmpty ? [] : next }
    case 'statistics':
      return statistics
    case 'explanation':
      return explanation
    case 'unseen':
      return { badges: isEmpty ? [] : [freshBadge] }
    case 'seen':
      return { seen: [freshBadge.id] }
    default:
      throw new TypeError(`nothing answers ${path}`)
  }
}
