import { onTestFinished, vi } from 'vitest'
import { createClient, type MilepostClient } from '../../src/client.js'
import { type Celebrations, createCelebrations } from '../../src/react/celebrations.js'
import { createLive } from '../../src/react/live.js'
import { createStore, type Store } from '../../src/react/store.js'
import { freshBadge, progress } from './sample.js'

/** One call that a server got. */
export type Asked = { readonly path: string; readonly locale: string | null; readonly key: string | null }
type Answer = (asked: Asked) => unknown
type Event = Parameters<Parameters<MilepostClient['listen']>[1]>[0]

/** What stands behind the components of one user, without any components: no DOM but what is asked of it. */
export type Stage = {
  readonly store: Store
  readonly celebrations: Celebrations
  /** What the server got, of paths that end so. */
  readonly asked: (ending: string) => Asked[]
  /** Lets the stream tell something. */
  readonly tell: (event: Pick<Event, 'type'>) => void
  /** Lets the stream be open. */
  readonly connect: () => void
}

/** A badge as the stream tells it: without regard to a locale. */
export const awarded = { type: 'badge.awarded', data: { userId: 'ann', sequence: 1, badge: freshBadge } } as const

/** Opens it for a German user. `answers`: by the end of the path; an Error is an answer that gets lost, a promise one that takes its time. */
export function openStage(answers: Readonly<Record<string, Answer>> = {}): Stage {
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  onTestFinished(() => void vi.unstubAllGlobals())
  const all: Asked[] = []
  let tell: Stage['tell'] = () => {}
  const client = createClient({
    baseUrl: 'http://stage',
    retries: 0,
    fetch: async (input, init) => {
      const { pathname: path, searchParams } = new URL(String(input))
      const asked = { path, locale: searchParams.get('locale'), key: new Headers(init?.headers).get('idempotency-key') }
      all.push(asked)
      const answer = await { ...plain, ...answers }[path.split('/').at(-1)!]!(asked)
      if (answer instanceof Error) throw answer
      return answer instanceof Response ? answer : Response.json(answer)
    },
  })
  let connect: Stage['connect'] = () => {}
  const listen: MilepostClient['listen'] = ({ onState } = {}, hear) => {
    connect = () => onState?.('open')
    tell = event => hear({ lastEventId: '1', ...event } as Event)
    return () => {}
  }
  const store = createStore({})
  const live = createLive({ ...client, listen }, 'ann', store)
  onTestFinished(live.open(true))
  const celebrations = createCelebrations({ client, userId: 'ann', locale: 'de', store, live })
  return {
    store,
    celebrations,
    asked: ending => all.filter(one => one.path.endsWith(ending)),
    tell: event => tell(event),
    connect: () => connect(),
  }
}

const plain: Readonly<Record<string, Answer>> = {
  progress: ({ locale }) => ({ ...progress, levelName: locale === 'de' ? 'Entdeckerin' : 'Explorer' }),
  unseen: () => ({ badges: [freshBadge] }),
  seen: () => ({ seen: [freshBadge.id] }),
}

/** An answer that refuses. */
export function refusal(status: number, code: string): Response {
  return Response.json({ code, detail: code }, { status })
}
