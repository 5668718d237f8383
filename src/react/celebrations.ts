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
  /** Continues with the next one. */
  readonly dismiss: () => void
}

type CelebrationContext = Pick<MilepostContext, 'client' | 'userId' | 'locale' | 'store' | 'live'>

const retryMs = 5_000
/** As many as the server marks in one call. */
const claimLimit = 1e3

/** Celebrates each new badge once. Of all tabs and devices, the first one to mark it as seen celebrates it. */
export function createCelebrations(context: CelebrationContext): Celebrations {
  const { client, userId, locale, live } = context
  const level = createLevelWatch(context)
  const claim = createClaims(context)
  let waiting: readonly Badge[] = []
  let isClaiming = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const show = (current: Celebration | null): void => shown.set({ current, waitingCount: waiting.length })
  /** Returns null if another try may succeed. It follows by itself while somebody watches. */
  const fail = (error: unknown): readonly string[] | null => {
    if (!isPassing(error)) return []
    clearTimeout(retry)
    if (shown.isWatched()) retry = setTimeout(look, retryMs)
    return null
  }
  const showNext = async (): Promise<void> => {
    const isBusy = isClaiming || shown.get().current
    // A tab in the background would take the badges from the tab in front.
    if (isBusy || !waiting[0] || !shown.isWatched() || document.visibilityState !== 'visible') return
    isClaiming = true
    const claimed = await claim(waiting, fail)
    const badges = waiting
      .filter(({ id }) => claimed?.seen.includes(id))
      .sort((a, b) => pipCounts[b.rarity] - pipCounts[a.rarity])
    const [badge] = badges
    const reached = badge ? await level.reached() : null
    isClaiming = false
    if (!claimed) return
    waiting = waiting.filter(({ id }) => !claimed.ids.includes(id))
    if (badge) show({ badge, badges, level: reached })
    else void showNext()
  }
  const add = (badges: readonly Badge[]): void => {
    const { current } = shown.get()
    const isNew = ({ id }: Badge): boolean => ![...waiting, ...(current?.badges ?? [])].some(one => one.id === id)
    waiting = [...waiting, ...badges.filter(isNew)]
    if (current) show(current)
    void showNext()
  }
  const look = oneAtATime(
    () => client.getUnseenBadges(userId, { locale }).then(add, fail),
    () => shown.isWatched(),
  )
  const shown = createWatched<CelebrationState>({ current: null, waitingCount: 0 }, () => {
    document.addEventListener('visibilitychange', showNext)
    const leave = [live.join(look), level.open(), () => document.removeEventListener('visibilitychange', showNext)]
    void look()
    return () => {
      clearTimeout(retry)
      for (const stop of leave) stop()
    }
  })
  const dismiss = (): void => {
    show(null)
    void showNext()
  }
  return { get: shown.get, watch: shown.watch, dismiss }
}

/** Keeps a state and its listeners. `open` runs with the first listener; what it returns runs after the last one left. */
function createWatched<State>(initial: State, open: () => () => void) {
  const listeners = new Set<() => void>()
  let state = initial
  let close = (): void => {}
  return {
    get: (): State => state,
    set: (next: State): void => {
      state = next
      for (const hear of listeners) hear()
    },
    isWatched: (): boolean => listeners.size > 0,
    watch: (hear: () => void) => {
      if (listeners.add(hear).size === 1) close = open()
      return () => {
        if (listeners.delete(hear) && listeners.size === 0) close()
      }
    },
  }
}

type Claimed = { readonly ids: readonly string[]; readonly seen: readonly string[] }
type Fail = (error: unknown) => readonly string[] | null

/** Marks waiting badges as seen. `seen`: those that were not marked before. Null if the claim must be made again. */
function createClaims({
  client,
  userId,
}: CelebrationContext): (waiting: readonly Badge[], fail: Fail) => Promise<Claimed | null> {
  // Kept until there is an answer: a claim whose answer was lost gets that answer when it is made again.
  let claim: { readonly ids: readonly string[]; readonly idempotencyKey: string } | undefined
  return async (waiting, fail) => {
    claim ??= { ids: waiting.slice(0, claimLimit).map(({ id }) => id), idempotencyKey: randomKey() }
    const { ids, idempotencyKey } = claim
    // A service needs no key, because its answer cannot be lost.
    const options = client.listen && { idempotencyKey }
    const seen: readonly string[] | null = await client.markSeen(userId, ids, options).catch(fail)
    if (seen) claim = undefined
    return seen && { ids, seen }
  }
}

/** Runs one call at a time, and once more if it was asked for meanwhile and is still wanted. */
function oneAtATime(run: () => Promise<unknown>, isWanted: () => boolean): () => Promise<void> {
  let askedCount = 0
  return async () => {
    if (askedCount++ > 0) return
    do {
      askedCount = 1
      await run()
    } while (askedCount > 1 && isWanted())
    askedCount = 0
  }
}

function isPassing(error: unknown): boolean {
  // 409: the claim made before is still running.
  const { status = 0 } = error as Partial<MilepostClientError>
  return isOffline(error) || status === 409 || status === 429 || status >= 500
}

function randomKey(): string {
  // Not randomUUID, which pages without HTTPS lack.
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** Finds out whether the user reached a level since the last call. */
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
      // A level that cannot be read is no reason to hide the badge.
      const now = await load().catch(() => null)
      if (!now) return null
      known = now.level
      store.put('progress', now)
      return before !== undefined && now.level > before ? { number: now.level, name: now.levelName } : null
    },
  }
}
