import type { MilepostClientError } from '../client/client-error.js'
import type { Badge } from '../core/awards/badge.js'
import type { UserProgress } from '../service/read/progress.js'
import { pipCounts } from './badge-stone.js'
import type { MilepostContext } from './context.js'
import { isOffline } from './store.js'

/** What to celebrate now: `badges` that came together, the rarest first; `badge` is the first. `level`: the level that came too, null if it stayed. */
export type Celebration = {
  readonly badge: Badge
  readonly badges: readonly Badge[]
  readonly level: { readonly number: number; readonly name: string | null } | null
}

/** What is celebrated now, and how many wait. */
export type CelebrationState = { readonly current: Celebration | null; readonly waitingCount: number }

/** Celebrates the badges of one user, those that wait together, while somebody watches. */
export type Celebrations = {
  readonly get: () => CelebrationState
  readonly watch: (hear: () => void) => () => void
  /** Goes on to the next. */
  readonly dismiss: () => void
}

type CelebrationContext = Pick<MilepostContext, 'client' | 'userId' | 'locale' | 'store' | 'live'>

const retryMs = 5_000
/** As many as the server marks in one call. */
const claimLimit = 1e3

/** Hands out each new badge once over all tabs and devices: whoever marks it as seen first celebrates it. */
export function createCelebrations(given: CelebrationContext): Celebrations {
  const { client, userId, locale, live } = given
  const level = createLevelWatch(given)
  const listeners = new Set<() => void>()
  let state: CelebrationState = { current: null, waitingCount: 0 }
  let waiting: readonly Badge[] = []
  let isClaiming = false
  // Kept until there is an answer: a claim whose answer was lost is answered by that answer when it is made again.
  let claim: { readonly ids: readonly string[]; readonly idempotencyKey: string } | undefined
  let lookCount = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let leave: readonly (() => void)[] = []

  const show = (current: Celebration | null): void => {
    state = { current, waitingCount: waiting.length }
    for (const hear of listeners) hear()
  }
  /** Gives null where it is worth another try, which comes by itself while somebody watches. */
  const fail = (error: unknown): readonly string[] | null => {
    if (!isPassing(error)) return []
    clearTimeout(retry)
    if (listeners.size > 0) retry = setTimeout(look, retryMs)
    return null
  }
  const goOn = async (): Promise<void> => {
    // A tab that nobody looks at would take the badges from the tab in front.
    if (!waiting[0] || !listeners.size || state.current || isClaiming || document.visibilityState !== 'visible') return
    isClaiming = true
    claim ??= { ids: waiting.slice(0, claimLimit).map(({ id }) => id), idempotencyKey: randomKey() }
    const { ids, idempotencyKey } = claim
    // A service takes no key: its answer cannot be lost.
    const options = client.listen && { idempotencyKey }
    const seen: readonly string[] | null = await client.markSeen(userId, ids, options).catch(fail)
    const badges = waiting
      .filter(({ id }) => seen?.includes(id))
      .sort((a, b) => pipCounts[b.rarity] - pipCounts[a.rarity])
    const [badge] = badges
    const reached = badge ? await level.reached() : null
    isClaiming = false
    if (!seen) return
    claim = undefined
    waiting = waiting.filter(({ id }) => !ids.includes(id))
    if (badge) show({ badge, badges, level: reached })
    else void goOn()
  }
  const add = (badges: readonly Badge[]): void => {
    const isNew = ({ id }: Badge): boolean => ![...waiting, ...(state.current?.badges ?? [])].some(one => one.id === id)
    waiting = [...waiting, ...badges.filter(isNew)]
    if (state.current) show(state.current)
    void goOn()
  }
  /** Asks what is to be celebrated; once more where that was wanted meanwhile. */
  const look = async (): Promise<void> => {
    if (lookCount++ > 0) return
    do {
      lookCount = 1
      await client.getUnseenBadges(userId, { locale }).then(add, fail)
    } while (lookCount > 1 && listeners.size > 0)
    lookCount = 0
  }
  return {
    get: () => state,
    watch: hear => {
      if (listeners.add(hear).size === 1) {
        leave = [live.join(look), level.open(), () => document.removeEventListener('visibilitychange', goOn)]
        document.addEventListener('visibilitychange', goOn)
        void look()
      }
      return () => {
        listeners.delete(hear)
        if (listeners.size > 0) return
        clearTimeout(retry)
        for (const stop of leave) stop()
      }
    },
    dismiss: () => {
      show(null)
      void goOn()
    },
  }
}

function isPassing(error: unknown): boolean {
  // 409: the claim made before is under way still.
  const { status = 0 } = error as Partial<MilepostClientError>
  return isOffline(error) || status === 409 || status === 429 || status >= 500
}

function randomKey(): string {
  // Not randomUUID, which pages without HTTPS lack.
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** Tells a level that was reached since the last time it was asked for. */
function createLevelWatch({ client, userId, locale, store }: CelebrationContext): {
  readonly open: () => () => void
  readonly reached: () => Promise<Celebration['level']>
} {
  const load = (): Promise<UserProgress> => client.getUserProgress(userId, { locale })
  let known: number | undefined
  const learn = (): void => {
    known ??= (store.get('progress').data as UserProgress | undefined)?.level
  }
  return {
    open: () => {
      const stop = store.watch('progress', load, learn)
      learn()
      return stop
    },
    reached: async () => {
      const before = known
      // Not to know it is no reason to leave the badge out.
      const now = await load().catch(() => null)
      if (!now) return null
      known = now.level
      store.put('progress', now)
      return before !== undefined && now.level > before ? { number: now.level, name: now.levelName } : null
    },
  }
}
